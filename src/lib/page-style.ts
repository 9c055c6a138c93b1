/** Colours, type and tables of every page that this program makes: dark or light as the reader has it, and nothing is loaded. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #12161b);
  --panel: light-dark(#f5f7f9, #1a2027);
  --line: light-dark(#d5dbe1, #313a44);
  --text: light-dark(#1c2229, #e5e9ee);
  --quiet: light-dark(#55606d, #9fabb8);
  --link: light-dark(#0a58ca, #79b4ff);
  --good: light-dark(#17702f, #56c877);
  --notice: light-dark(#8a5a00, #dfae3c);
  --bad: light-dark(#b42318, #ff8a80);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 76rem;
  padding: 1.5rem 1.25rem 3rem;
  background: var(--ground);
  color: var(--text);
  font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, .number { font-variant-numeric: tabular-nums; }
code { font: .875em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; color: var(--quiet); padding-bottom: .25rem; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
td.number, th.number { text-align: end; }
td { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.quiet { color: var(--quiet); }
.good { color: var(--good); }
.notice { color: var(--notice); }
.bad { color: var(--bad); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
`
