import { createHash } from 'node:crypto';
import { Markup } from '../html.ts';

const colours = `
:root{color-scheme:light dark;--page:#f4f6f8;--card:#fff;--text:#1a2129;--quiet:#57626e;--line:#dde3e9;--soft:#eef2f5;--link:#0b5cad;--brand:#14507f;--button:#14507f;
--good:#177a3e;--warn:#8f5a00;--bad:#b8232b;--wait:#57626e;--good-soft:#e3f4e9;--warn-soft:#fdf1d8;--bad-soft:#fde8e8;--cut:#fff;
--bar-good:#2fa866;--bar-warn:#e5a520;--bar-bad:#dc4a50;--bar-off:#c3ccd5;--shadow:0 1px 2px rgb(20 30 40/.06),0 1px 6px rgb(20 30 40/.05)}
@media (prefers-color-scheme:dark){:root{--page:#0f1419;--card:#181f27;--text:#e4e9ee;--quiet:#9aa7b4;--line:#2b3540;--soft:#202933;--link:#7db8f5;--brand:#3b82c4;--button:#2b6aa8;
--good:#5fd08d;--warn:#f0b84a;--bad:#ff8a8a;--wait:#9aa7b4;--good-soft:#143524;--warn-soft:#3a2d10;--bad-soft:#421c20;--cut:#181f27;
--bar-good:#37a869;--bar-warn:#d79a2b;--bar-bad:#e05a5f;--bar-off:#45525f;--shadow:none}}`;

const frame = `
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:.5rem}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
.top,main,footer{max-width:88rem;margin:0 auto;padding:0 1.25rem}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:1}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;padding-top:.9rem;padding-bottom:.9rem}
.brand{display:flex;align-items:center;gap:.55rem;font-weight:650;font-size:1.05rem;color:var(--text);text-decoration:none}
.mark{width:1.7rem;height:1.7rem;color:var(--brand)}.handset{fill:#fff}
.top nav{display:flex;flex-wrap:wrap;gap:0 1rem}
.refresh{margin:0 0 0 auto;color:var(--quiet);font-size:.87rem;display:flex;flex-wrap:wrap;gap:0 1.25rem}
.choices a,.choices strong{display:inline-block;padding:.15rem .4rem;margin-left:.1rem}
.choices strong{color:var(--text);background:var(--soft);border-radius:4px}
h1{font-size:1.6rem;line-height:1.25;margin:.6rem 0 1rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .7rem;overflow-wrap:anywhere}h3{font-size:1rem;margin:0}
h2 small{font-weight:400;color:var(--quiet);font-size:.9rem;margin-left:.4rem}
p{margin:.4rem 0}.quiet{color:var(--quiet)}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);border-radius:3px;padding:.05em .3em;overflow-wrap:anywhere}
footer{color:var(--quiet);font-size:.87rem;margin-top:2.5rem;padding-bottom:2rem}
.sheet{position:absolute}
.cut{fill:none;stroke:var(--cut);stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.line{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}.dashed{stroke-dasharray:2.6 2.6}
.icon{width:1em;height:1em;flex:none}
.badge{display:inline-flex;align-items:center;gap:.4em;white-space:nowrap}
.good{color:var(--good)}.unwatched{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad);font-weight:600}.wait,.off,.unknown{color:var(--wait)}
.crumbs{margin:.3rem 0 0;font-size:.9rem}
.title{display:flex;flex-wrap:wrap;align-items:center;gap:.2rem 1rem;margin:.3rem 0 1rem}.title h1{margin:0}
.title .badge{font-size:1.1rem;font-weight:600}`;

const cards = `
.unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}
.tiles,.tiles+.card{margin:1rem 0}.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13.5rem,1fr));gap:.9rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1.1rem;box-shadow:var(--shadow)}
.tile h3{font-weight:500;font-size:.87rem;color:var(--quiet)}
.tile .large{font-size:1.75rem;line-height:1.2;font-weight:650;margin:.1rem 0;letter-spacing:-.015em}
.tile .large small{font-size:1rem;font-weight:400;color:var(--quiet);letter-spacing:0}
.tile .large .icon{width:.8em;height:.8em;margin-right:.3em;vertical-align:-.04em}
.tile ul{list-style:none;margin:.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem;font-size:.9rem}
.tile ul a{color:inherit}
.tile p{font-size:.9rem}
.bar{display:block;width:100%;height:.5rem;border-radius:.25rem;margin:.5rem 0;background:var(--bar-off)}
.bar .good{fill:var(--bar-good)}.bar .warn{fill:var(--bar-warn)}.bar .bad{fill:var(--bar-bad)}.bar .off,.bar .unknown{fill:var(--bar-off)}
td .bar{height:.3rem;margin:.3rem 0 0 auto;width:7rem;max-width:100%}@media screen and (max-width:46rem){td .bar{margin-left:0}}
.alert{border-left:5px solid var(--bar-bad);margin:1rem 0}
.alert.warn{border-left-color:var(--bar-warn);color:inherit}.alert.wait{border-left-color:var(--bar-off);color:inherit}
.alert h2{margin:0 0 .3rem;font-size:1.1rem}.alert ul{margin:.3rem 0 .2rem;padding-left:1.2rem}.alert li{margin:.25rem 0}
.alert .said{color:var(--quiet);overflow-wrap:anywhere}
.alert .until{font-weight:600}.alert.short{padding-top:.6rem;padding-bottom:.6rem}.alert.short p{margin:.1rem 0}
.hours figure{margin:0}.curve{display:block;width:100%;height:4rem;margin:.4rem 0;border-bottom:1px solid var(--line)}
.curve path{fill:none;stroke:var(--link);stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}.curve .bars{stroke:var(--bar-bad)}
.local{color:var(--quiet);white-space:nowrap}
figcaption{font-size:.87rem;color:var(--quiet)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.3rem,1fr));gap:.7rem 1.3rem;margin:0}
.facts div{min-width:0}.facts dt{color:var(--quiet);font-size:.87rem}.facts dd{margin:0;overflow-wrap:anywhere}`;

const tables = `
.scroll{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-x:auto;box-shadow:var(--shadow)}
table{border-collapse:collapse;width:100%}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:.4rem .8rem;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;font-weight:600;font-size:.87rem;white-space:nowrap;background:var(--soft);vertical-align:bottom}
thead th a{display:block}
.arrow{font-size:.65em;margin-left:.4em;vertical-align:.15em}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:11rem;max-width:22rem}
tbody tr:first-child>*{border-top:0}
tbody tr:hover{background:var(--soft)}
td{overflow-wrap:break-word;max-width:30rem}
td .own{white-space:normal;overflow-wrap:anywhere;min-width:9rem}
td.number,th.number{text-align:right;white-space:nowrap}
td.wide{min-width:15rem;width:50%;overflow-wrap:anywhere}
td p{margin:0}td p+p{margin-top:.2rem}
.zero{color:var(--quiet)}
td small,th small{color:var(--quiet);font-size:.87em;font-weight:400;display:block;white-space:nowrap}
th small{white-space:normal}
summary{cursor:pointer}.members{list-style:none;margin:.3rem 0 0;padding:0;font-weight:400}.members li{margin:.1rem 0}.members small{display:inline}
.choice{font-size:.9rem}.views{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:1rem 0}.command{user-select:all}
.file{overflow-x:auto;font:.87rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.documentation{max-width:62rem;overflow-wrap:break-word}.documentation .scroll{margin:.8rem 0}.documentation pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.8rem 1rem}.documentation pre code{background:none;padding:0;overflow-wrap:normal}
.label{display:inline-block;border:1px solid var(--line);border-radius:4px;padding:0 .4em;margin:.15rem .25rem 0 0;font-size:.82rem;font-weight:400;color:var(--quiet);text-decoration:none;overflow-wrap:break-word;max-width:100%}
a.label:hover{color:var(--link);border-color:currentColor}
tr.old td.number,tr.old td.measured{color:var(--quiet)}
.pager{display:flex;flex-wrap:wrap;justify-content:center;align-items:center;gap:.3rem 1.2rem;margin:.9rem 0;color:var(--quiet)}
.step{padding:.35rem .7rem;border:1px solid var(--line);border-radius:6px;background:var(--card);text-decoration:none}span.step{background:none;border-style:dashed}
.none{background:var(--card);border:1px dashed var(--line);border-radius:10px;padding:1.2rem;text-align:center;color:var(--quiet)}`;

const filters = `
.filters{display:flex;flex-wrap:wrap;gap:.6rem .8rem;align-items:end;margin:0 0 .8rem}
.filters label{display:grid;gap:.1rem;font-size:.87rem;color:var(--quiet)}
.filters input,.filters select,.filters button{font:inherit;color:var(--text);background:var(--card);border:1px solid color-mix(in srgb,var(--quiet) 55%,var(--line));border-radius:6px;padding:.35rem .6rem;min-height:2.4rem;max-width:100%}
.filters input{width:18rem}
.filters select{max-width:14rem}
.filters button{background:var(--button);border-color:transparent;color:#fff;font-weight:600;padding:.35rem 1.1rem;cursor:pointer}
.filters .all{padding:.5rem 0}
.chips{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;margin:0 0 .8rem;padding:0}
.chips a,.chips strong{display:inline-flex;align-items:center;gap:.4em;border:1px solid var(--line);background:var(--card);border-radius:2rem;padding:.2rem .8rem;text-decoration:none;color:var(--text);font-weight:400}
.chips a:hover{border-color:var(--link)}
.chips strong{border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link);font-weight:600}
.chips .icon{font-size:.9em;display:block}
.chips b{font-weight:600}`;

/** Styles for narrow screens, where each table row becomes a card that contains the column titles. */
const narrow = `
@media screen and (max-width:46rem){
body{font-size:16px}
.top,main,footer{padding-left:.8rem;padding-right:.8rem}
.refresh{margin-left:0;width:100%;justify-content:space-between}
.choices a,.choices strong{padding:.3rem .5rem}
.tiles{grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem}
.facts{grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr))}.card{padding:.7rem .8rem}.tile .large{font-size:1.45rem}.tile ul{font-size:.82rem}.tile .badge{white-space:normal}
.filters label,.filters input,.filters select{width:100%;max-width:none}.filters button{width:100%}
.filters label.half{width:calc(50% - .4rem)}
.chips a,.chips strong{padding:.35rem .8rem}
.scroll{background:none;border:0;box-shadow:none;overflow:visible;border-radius:0}
table,tbody{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{display:grid;grid-template-columns:1fr 1fr;gap:.35rem .8rem;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.7rem .8rem;margin-bottom:.6rem}
tbody tr:hover{background:var(--card)}
tbody th,tbody td{border:0;padding:0;min-width:0}
td .own{min-width:0}tbody th{min-width:0;max-width:none;font-size:1.05rem;order:-1}td.state::before,td.wide::before{display:none}
td.number,td{text-align:left;white-space:normal}
td::before{content:attr(data-title);display:block;font-size:.8rem;color:var(--quiet)}
td.wide{grid-column:1/-1;min-width:0;max-width:none;width:auto}
td.empty{display:none}
td small{white-space:normal}}`;

/** Styles of tables, filters and pagers. */
const listStyle: string = `${tables}${filters}${narrow}`;

/**
 * Script that adds the reader's local time to each UTC time, if the two differ. The page is complete without it.
 * Values of `data-local`: `second` and `minute` add text and extend the tooltip, `title` only extends the tooltip.
 */
const source = `for (const element of document.querySelectorAll('time[data-local]')) {
  const at = new Date(element.dateTime);
  if (at.getTimezoneOffset() === 0) continue;
  const two = (number) => String(number).padStart(2, '0');
  const date = at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate());
  const minute = two(at.getHours()) + ':' + two(at.getMinutes());
  const clock = element.dataset.local === 'minute' ? minute : minute + ':' + two(at.getSeconds());
  const zone = element.dataset.zone === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'your time';
  const day = at.toISOString().startsWith(date) ? '' : date + ' ';
  if (element.title !== '') element.title += ', ' + day + clock + ' your time';
  if (element.dataset.local !== 'title') {
    const local = document.createElement('span');
    local.className = 'local';
    local.textContent = ' (' + day + clock + ' ' + zone + ')';
    element.append(local);
  }
}`;

/** The only script, at the end of each page. */
export const script: Markup = new Markup(source);

const paper = `
@media print{:root{--page:#fff;--card:#fff;--text:#000;--quiet:#444;--line:#bbb;--soft:#eee;--link:#000;--brand:#14507f;--bar-good:#2fa866;--bar-warn:#e5a520;--bar-bad:#dc4a50;--bar-off:#c3ccd5;--good:#000;--warn:#000;--bad:#000;--wait:#444;--cut:#fff}
body{font-size:10pt}.top nav,.choices,.filters,.pager a,.chips,.choice,.views,.skip,footer{display:none}details::details-content{content-visibility:visible;block-size:auto}.card,.scroll{box-shadow:none}a{text-decoration:none}
thead{display:table-header-group}tr,.tile,.alert{break-inside:avoid}.scroll{overflow:visible}.bar{print-color-adjust:exact}}
@media (forced-colors:active){.cut{stroke:Canvas}.bar{display:none}}`;

const css = `${colours}${frame}${cards}${listStyle}${paper}`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The inline style of every page; pages load no other resources. */
export const style: Markup = new Markup(css);

/** Content security policy: allows only this inline style and script, `data:` images, and forms to the same origin. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  `style-src '${hashOf(css)}'`,
  `script-src '${hashOf(script.text)}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
