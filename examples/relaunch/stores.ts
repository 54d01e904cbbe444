/** Where the pictures are, and where they go: to a folder, or to S3 where IMAGES_S3 names an endpoint. */
import { join } from 'node:path'
import { store } from 'naru'

const { env } = process
const server = env.IMAGES_URL ?? 'http://127.0.0.1:8099/'
const allowHosts = [new URL(server).host]

/** The bucket `relaunch`, logged in by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a folder. */
function to(prefix: string) {
  const endpoint = env.IMAGES_S3
  return endpoint === undefined
    ? { folder: join(env.IMAGES_FOLDER ?? 'images', prefix) }
    : { bucket: 'relaunch', prefix, endpoint }
}

/** Stores by the names that mappings use. */
export const stores = {
  'shop-images': store({
    from: `${server}shop/`,
    base: 'https://shop.example/img/',
    to: to('shop'),
    address: 'https://cdn.example/shop',
    types: ['image/*'],
    maxBytes: '200KB',
    missing: 'null',
    empty: { placeholder: '/none.png' },
    wrongType: { placeholder: '/none.png' },
    tooLarge: 'keep',
    allowHosts,
  }),
  'outlet-images': store({
    from: `${server}outlet/`,
    base: 'https://outlet.example/',
    to: to('outlet'),
    address: 'https://cdn.example/outlet',
    // `photo.php?no=7` and `사진/8.png` become 7.png and 8.png.
    name: ({ source, extension }) => `${/(\d+)(\.\w+)?$/.exec(source)?.[1]}${extension}`,
    types: ['image/*'],
    missing: { placeholder: '/none.png' },
    allowHosts,
  }),
}
