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

/** Below this width each row of a table becomes a small card with the titles of the columns in it. */
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

/** Tables, their filters and pages. */
export const listStyle: string = `${tables}${filters}${narrow}`;
