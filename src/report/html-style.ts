/** What the report's page has besides what every page has. */
export const reportStyle = `
.ending { border-inline-start: .3rem solid currentColor; padding-inline-start: .75rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; margin: 1rem 0; padding: 0; }
.tiles li { flex: 1 0 7rem; color: var(--quiet); }
.tiles strong { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles strong:not([class]), .tiles strong[class=""] { color: var(--text); }
.problem { border-color: var(--bad); margin: 1rem 0; }
.problem > :first-child { margin-top: 0; }
.problem h2 code, .problem h3 code { color: var(--bad); font-size: 1em; }
.approval { margin: .5rem 0 1rem; }
pre { margin: .5rem 0 0; white-space: pre-wrap; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: .5rem 1.5rem; margin: .75rem 0; }
.facts dt { color: var(--quiet); font-size: .875rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
th.row { color: inherit; font-weight: inherit; overflow-wrap: anywhere; }
.names { margin: 0; padding-inline-start: 1.1rem; }
td p:first-child { margin-top: 0; }
summary { cursor: pointer; }
.figures { min-width: 34rem; }
.movements td:nth-child(2) { width: 35%; min-width: 6rem; vertical-align: middle; }
.bar { display: block; width: 100%; height: .8rem; }
.bar line { stroke: var(--quiet); stroke-width: 1; vector-effect: non-scaling-stroke; }
.swatch { width: .7em; height: .7em; margin-inline-end: .35em; }
.joiners { fill: var(--good); }
.moversIn { fill: var(--link); }
.moversOut { fill: var(--notice); }
.leavers { fill: var(--bad); }
.filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.field { display: flex; flex-direction: column; gap: .2rem; min-width: 0; flex: 1 1 8rem; }
.field label { color: var(--quiet); font-size: .875rem; }
.field.search { flex: 1 1 16rem; }
input, select, button {
  font: inherit; font-size: .95rem; color: var(--text); background: var(--panel);
  border: 1px solid var(--quiet); border-radius: .35rem; padding: .35rem .6rem; max-width: 100%;
}
button { cursor: pointer; }
button[aria-disabled="true"] { color: var(--quiet); border-color: var(--line); cursor: default; }
#matches { margin: .75rem 0 .25rem; color: var(--quiet); }
#explorer { scroll-margin-top: .5rem; }
.entries { table-layout: fixed; }
.entries th:nth-last-child(6) { width: 10%; }
.entries th:nth-last-child(5) { width: 16%; }
.entries th:nth-last-child(4) { width: 24%; }
.entries th:nth-last-child(3) { width: 16%; }
.entries th:nth-last-child(1) { width: 16%; }
summary { padding: .25rem 0; color: var(--link); }
td summary { padding: 0; }
#pager:not([hidden]) {
  position: sticky; bottom: 0; display: flex; gap: .75rem; align-items: center;
  padding: .6rem 0; background: var(--ground); border-top: 1px solid var(--line);
}
article + article { border-top: 2px solid var(--line); margin-top: 2.5rem; padding-top: 1rem; }
article > h2 { margin-top: 1rem; font-size: 1.3rem; }
@media (max-width: 44rem) {
  .stacked, .stacked tbody, .stacked tr, .stacked td, .stacked th.row { display: block; }
  .stacked thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stacked tr { border-bottom: 1px solid var(--line); padding: .5rem 0; position: relative; }
  .stacked td, .stacked th.row { border: 0; padding: .1rem 0; display: grid; grid-template-columns: 6.5rem 1fr; }
  .stacked td.number { text-align: start; }
  .stacked td:has(> div:empty) { position: absolute; clip-path: inset(50%); }
  .stacked [data-label]::before { content: attr(data-label); color: var(--quiet); }
}
`
