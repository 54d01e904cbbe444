/** The page's style: light and dark, for the screen and for paper, without anything from outside. */
import { ER_STYLE } from '../../schema/er-svg.ts'

export const STYLE = `${ER_STYLE}
:root{color-scheme:light dark;--bg:#f6f7f8;--card:#fff;--ink:#16202a;--soft:#56646f;--line:#dfe4e8;--head:#f0f3f5;
--good:#0b6b4f;--good-bg:#e3f4ec;--warn:#8a5300;--warn-bg:#fdf1da;--bad:#a8231c;--bad-bg:#fde9e7;--accent:#0d5c75;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Apple SD Gothic Neo","Noto Sans KR","Noto Sans CJK KR","Malgun Gothic",sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"D2Coding","Noto Sans Mono CJK KR",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#10161b;--card:#182027;--ink:#e6ebef;--soft:#9aa8b3;--line:#2b363f;--head:#1f2931;
--good:#63d0a5;--good-bg:#12332a;--warn:#f0b95a;--warn-bg:#3a2c12;--bad:#ff8f86;--bad-bg:#43201e;--accent:#6fc3dd}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{word-break:keep-all;overflow-wrap:break-word;margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 var(--sans);font-variant-numeric:tabular-nums}
main,.top,footer{max-width:1160px;margin:0 auto;padding:0 24px}
.top{display:flex;gap:12px;align-items:baseline;padding-top:28px;padding-bottom:12px;color:var(--soft)}
.top b{color:var(--accent);font-size:18px;letter-spacing:.02em}
.top span{overflow-wrap:anywhere}
h1,h2{line-height:1.25;text-wrap:balance}
h1{margin:0;font-size:30px;letter-spacing:-.01em}
h2{margin:0 0 4px;font-size:19px}
p{margin:0 0 10px}
.verdict{display:flex;gap:20px;align-items:flex-start;padding:24px 28px;border-radius:12px;border:1px solid transparent}
.verdict>div:last-child{min-width:0}
.verdict p{margin:6px 0 0;font-size:17px;max-width:75ch;overflow-wrap:anywhere}
.verdict.quiet{padding:8px 4px}
.sign{flex:none;width:44px;height:44px;border-radius:50%;display:grid;place-items:center;font-size:24px;font-weight:700;color:var(--card)}
.verdict.good{background:var(--good-bg);border-color:var(--good)}.good .sign{background:var(--good)}.verdict.good h1{color:var(--good)}
.verdict.warn{background:var(--warn-bg);border-color:var(--warn)}.warn .sign{background:var(--warn)}.verdict.warn h1{color:var(--warn)}
.verdict.bad{background:var(--bad-bg);border-color:var(--bad)}.bad .sign{background:var(--bad)}.verdict.bad h1{color:var(--bad)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:16px 0 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px}
.figures dt{color:var(--soft);font-size:13px}
.figures dd{margin:0}
.figures .value{font-size:24px;font-weight:650;letter-spacing:-.01em;line-height:1.3}
.figures .note{color:var(--soft);font-size:13px}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:18px 4px 0}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
nav{margin:18px 4px 0;font-size:14px;display:flex;flex-wrap:wrap;gap:2px 16px}
a{color:var(--accent);text-underline-offset:3px}
section{margin-top:18px;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 24px;scroll-margin-top:12px}
section>p.intro{color:var(--soft);max-width:110ch}
.wide{overflow-x:auto;margin:8px -24px 0;padding:0 24px}
.wide+.wide,.wide+p,.wide+details,p+.wide{margin-top:14px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.45}
th,td{padding:6px 14px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
th{color:var(--soft);font-weight:500;font-size:13px;white-space:nowrap;vertical-align:bottom}
td.l{overflow-wrap:anywhere;min-width:16ch}
td:first-child{min-width:14ch}
.n{text-align:right;white-space:nowrap;min-width:0}
tfoot td{font-weight:650;border-bottom:0;border-top:1px solid var(--soft)}
tbody tr:last-child td{border-bottom:0}
code,pre{font-family:var(--mono);font-size:12.5px}
td.digest code{font-size:11px;word-break:break-all;display:block;min-width:20ch;max-width:34ch;color:var(--soft)}
.t-good{color:var(--good)}.t-warn{color:var(--warn)}.t-bad{color:var(--bad);font-weight:600}.t-quiet{color:var(--soft)}
.w{white-space:nowrap}
details{margin-top:8px;border-top:1px solid var(--line);padding-top:8px}
summary{cursor:pointer;color:var(--accent)}
pre{margin:8px 0 4px;padding:12px 14px;background:var(--head);border-radius:8px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
ul{margin:6px 0;padding-left:20px}
.bars{display:grid;grid-template-columns:max-content minmax(80px,1fr) max-content;gap:5px 14px;align-items:center;margin-top:8px}
.bars i{display:block;height:10px;border-radius:5px;background:var(--accent);min-width:2px}
.bars span:nth-child(3n){text-align:right}
footer{color:var(--soft);font-size:13px;padding-top:22px;padding-bottom:48px;overflow-wrap:anywhere}
@media (max-width:640px){main,.top,footer{padding-left:14px;padding-right:14px}section{padding:16px}.wide{margin:8px -16px 0;padding:0 16px}.verdict{padding:18px}h1{font-size:24px}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:6px}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--head:#f4f4f4;--good:#0b6b4f;--good-bg:#fff;--warn:#7a4a00;--warn-bg:#fff;--bad:#a8231c;--bad-bg:#fff;--accent:#0d5c75}
@page{margin:14mm}body{font-size:10.5pt}main,.top,footer{max-width:none;padding-left:0;padding-right:0}nav{display:none}
section{border:0;border-radius:0;padding:0;margin-top:18pt}.wide{margin:6pt 0 0;padding:0;overflow:visible}table{font-size:9pt}
h2,summary{break-after:avoid}tr,.verdict,.figures div{break-inside:avoid}thead{display:table-header-group}tfoot{display:table-row-group}
.sign,.bars i{print-color-adjust:exact;-webkit-print-color-adjust:exact}pre{white-space:pre-wrap}details::details-content{content-visibility:visible;block-size:auto}}
`
