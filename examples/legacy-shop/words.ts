/** Vocabulary of the legacy shop. */
export const SURNAMES = [
  '김',
  '이',
  '박',
  '최',
  '정',
  '강',
  '조',
  '윤',
  '장',
  '임',
  '한',
  '오',
  '서',
  '신',
  '권',
  '황',
  '남궁',
  'O’Brien ',
  'Müller ',
]
export const GIVEN = [
  '민준',
  '서연',
  '도윤',
  '지우',
  '하준',
  '수아',
  '예준',
  '지호',
  '은우',
  '다은',
  '시우',
  '채원',
  '유진',
  '현우',
  '나린',
  'Ann',
  'José',
]
export const CITIES = [
  '서울특별시 종로구',
  '부산광역시 해운대구',
  '대구광역시 수성구',
  '인천광역시 연수구',
  '광주광역시 북구',
  '제주시 애월읍',
]
export const STREETS = ['세종대로', '나루터길', '한강대로', '테헤란로', '벚꽃로', '바닷가1길']
export const THINGS = [
  '찻잔',
  '연필',
  '우산',
  '노트',
  '담요',
  'Kettle',
  '등불',
  '돛단배 모형',
  '부채',
  '가방',
  'T-Shirt “M”',
  '양말 🧦',
]
export const KINDS = ['푸른', '오래된', '작은', '접이식', '대나무', '한정판', 'Classic', '2인용', '방수', '줄무늬']
export const GROUPS = ['주방', '문구', '여행', '의류', '취미', '아이 방', '정원', '책 & 음악']
export const REMARKS = [
  '정말 마음에 들어요 👍',
  '배송이 빨랐습니다. 포장도 튼튼해요.',
  '색이 사진과 조금 달라요 😕',
  'Good value, would buy again.',
  "It's “fine”, I guess…",
  '선물했더니 할머니가 좋아하셨어요 👵🏻❤️',
  'tab\there, newline\nthere, back\\slash',
  '두 번째 구매입니다 ⭐⭐⭐⭐⭐',
  'e\u0301 and \u00e9 are not the same bytes',
]
export const NOTES = [
  '부재 시 경비실에 맡겨 주세요',
  '문 앞에 놓아 주세요 🚪',
  'Gift wrap, please',
  '',
  '  여백이 있는 메모  ',
  "it's urgent; -- thanks",
]
export const PATHS = ['/', '/search?q=%EC%9A%B0%EC%82%B0', '/cart', '/help/배송', '/p/']
