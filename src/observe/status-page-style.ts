export const statusPageStyle = `
section > h2 { border-top: 1px solid var(--line); padding-top: 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.plot { margin: .5rem 0 1rem; max-width: 42rem; }
.plot svg { display: block; width: 100%; height: auto; }
.plot .base { stroke: var(--line); }
.plot .bar.good { fill: var(--good); }
.plot .bar.notice { fill: var(--notice); }
.plot .bar.bad { fill: var(--bad); }
.plot .bar.done { fill: var(--link); }
.plot svg { margin-bottom: .75rem; }
.wide td { overflow-wrap: break-word; }
.wide td:last-child:not(.number) { min-width: 14rem; }
.key { margin-inline-end: 1rem; }
.key::before { content: ''; display: inline-block; width: .7em; height: .7em; margin-inline-end: .35em; background: currentColor; }
.key.done::before { background: var(--link); }
progress { vertical-align: middle; width: 16rem; max-width: 100%; accent-color: var(--link); }
ul.subjects { margin: .25rem 0; padding-inline-start: 1.25rem; columns: 20rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; }
`
