/** The report as one HTML file: no script, nothing of the evidence but text, no link but those inside it and one that holds the report's data. */
import { gzipSync } from 'node:zlib';
import { visible } from '../contract/visible';
import type { Block, Span, Spans, TableRow } from './blocks';
import { graphLevels, graphPaths } from './plot';

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const lines = (text: string): string => escaped(text).replaceAll('\n', '<br>');

function span(s: Span): string {
  if (s.cite !== undefined) return `<a class="cite" href="#r${s.cite}">${escaped(s.text)}</a>`;
  const text = s.evidence ? `<bdi${s.prose ? '' : ' class="ev"'}>${escaped(visible(s.text))}</bdi>` : lines(s.text);
  const dimmed = s.dim ? `<small>${text}</small>` : text;
  return s.strong ? `<strong>${dimmed}</strong>` : dimmed;
}
const spans = (all: Spans): string => all.map(span).join('');

function row(r: TableRow, columns: number, right: readonly boolean[]): string {
  if (r.kind === 'gap') return `<tr class="gap"><td colspan="${columns}">${spans(r.cells[0] ?? [])}</td></tr>`;
  const cells = r.cells.map((c, i) => `<td${right[i] ? ' class="n"' : ''}>${spans(c)}</td>`).join('');
  const id = r.anchor === undefined ? '' : ` id="r${r.anchor}"`;
  return `<tr${id}${r.kind === undefined ? '' : ` class="${r.kind}"`}>${cells}</tr>`;
}

function block(b: Block): string {
  switch (b.type) {
    case 'title':
      return `<header><p class="mark">Exhibit</p><h1>${escaped(visible(b.title))}</h1><p class="lead">${spans(b.subtitle)}</p></header>`;
    case 'heading':
      return b.level === 1 ? `<h2>${escaped(b.text)}</h2>` : `<h3>${escaped(b.text)}</h3>`;
    case 'text':
      return `<p${b.small ? ' class="small"' : ''}>${spans(b.spans)}</p>`;
    case 'pairs':
      return `<dl>${b.rows.map(([k, v]) => `<dt>${escaped(k)}</dt><dd>${spans(v)}</dd>`).join('')}</dl>`;
    case 'list':
      return `<ul>${b.items.map((i) => `<li>${spans(i)}</li>`).join('')}</ul>`;
    case 'figure':
      return `<p class="figure"><b>${escaped(b.value)}</b><span>${spans(b.spans)}</span></p>`;
    case 'graph':
      return graph(b);
    case 'page':
      return '<hr>';
    case 'table': {
      const right = b.columns.map((c) => c.align === 'right');
      const head = b.columns.map((c, i) => `<th scope="col"${right[i] ? ' class="n"' : ''}>${escaped(c.head)}</th>`).join('');
      const rows = b.rows.map((r) => row(r, b.columns.length, right));
      return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
    }
  }
}

const WIDTH = 720;
const HEIGHT = 130;
/** Beside the plot, for its scale; above it, for what is flagged. */
const SCALE = 40;
const FLAGS = 14;

function graph({ series, ticks, flags, caption }: Extract<Block, { type: 'graph' }>): string {
  const x = (at: number) => (at * WIDTH).toFixed(1);
  const label = (text: string, at: string, y: number, anchor: string) =>
    `<text x="${at}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(text)}</text>`;
  const scale = graphLevels(series, HEIGHT).map(
    ({ y, label: level }) => `<path class="grid" d="M0 ${y.toFixed(1)}H${WIDTH}"/>${label(level, '-5', y + 3, 'end')}`,
  );
  const paths = graphPaths(series, WIDTH, HEIGHT).map(
    (p) => `<path d="${p.path}" class="${p.marks ? 'm' : `l${p.index}`}"><title>${escaped(p.name)}</title></path>`,
  );
  const labels = ticks.map((t) => label(t.label, x(t.at), HEIGHT + 14, t.at === 0 ? 'start' : t.at === 1 ? 'end' : 'middle'));
  const told = flags.map(
    (flag) => `<path class="flag" d="M${x(flag.at)} 0V${HEIGHT}"/>${label(flag.label, x(flag.at), -4, 'middle')}`,
  );
  const drawn = [...scale, ...paths, `<path class="axis" d="M0 ${HEIGHT}H${WIDTH}"/>`, ...labels, ...told].join('');
  const names = series.map((s, i) => `<span class="k k${s.marks ? 'm' : i}"></span>${escaped(s.name)}`).join(' ');
  const box = `${-SCALE} ${-FLAGS} ${WIDTH + SCALE} ${HEIGHT + FLAGS + 20}`;
  return `<figure><svg viewBox="${box}" role="img" aria-label="${escaped(caption)}">${drawn}</svg><figcaption>${names}. ${escaped(caption)}</figcaption></figure>`;
}

const STYLE = `
:root{color-scheme:light}body{font:14px/1.45 Inter,system-ui,sans-serif;color:#12161a;background:#fff;max-width:820px;margin:40px auto;padding:0 24px}
.ev{font-family:"JetBrains Mono",ui-monospace,monospace;font-size:.9em;unicode-bidi:isolate;overflow-wrap:anywhere;white-space:pre-wrap}
h1{font-size:30px;margin:24px 0 4px}h2{font-size:17px;margin:36px 0 8px}h3{font-size:14px;margin:24px 0 8px}.mark{font-weight:600}.lead{font-size:16px;margin-top:0}
small,.small,.lead,dt,figcaption{color:#3c4650}small{font-size:.85em}dl{display:grid;grid-template-columns:130px 1fr;gap:4px 12px}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:13px}th{text-align:left;font-weight:400;color:#3c4650;border-bottom:1.5px solid #12161a;padding:4px 8px 4px 0}
td{border-bottom:1px solid #c2c9d0;padding:4px 8px 4px 0;vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}
tr.accent td{border-bottom-color:#12161a}tr.gap td{background:repeating-linear-gradient(135deg,#fff 0 4px,#eceef0 4px 5px);font-size:12px}
.cite{color:#9c4e00;font-weight:600;text-decoration:none}.figure{display:flex;gap:14px;border-left:3px solid #9c4e00;padding-left:14px;align-items:center}.figure b{font-size:30px}
svg{width:100%;height:auto;font:10px Inter,sans-serif}path{fill:none;stroke:#12161a;stroke-width:1}.l1{stroke-dasharray:4 2}.l2{stroke:#757f89}.l3{stroke-dasharray:1 2}.m{stroke:#9c4e00;stroke-width:1.5}.axis{stroke:#757f89}.grid{stroke:#e3e7ea}.flag{stroke:#9c4e00}
.k{display:inline-block;width:18px;border-top:1.5px solid #12161a;vertical-align:middle;margin:0 4px 0 8px}.k1{border-top-style:dashed}.k2{border-color:#757f89}.k3{border-top-style:dotted}.km{border-color:#9c4e00}
@media(max-width:640px){body{padding:0 14px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}table,footer,h1,h2{overflow-wrap:anywhere}table{display:block;overflow-x:auto}}
footer{margin-top:40px;border-top:1px solid #757f89;padding-top:8px;font-size:12px;color:#3c4650}@media print{body{margin:0}tr,figure{break-inside:avoid}h2,h3,h2+p,h3+p{break-after:avoid}}
`;

/** Before the data of the report, gzipped, as base64, in their link. */
export const DATA_LINK = '<a download="report.json.gz" href="data:application/gzip;base64,';

/** Gzip (RFC 1952) names the system that made it, in its tenth byte: here always as unknown, since a report is the same wherever it is made. */
function zipped(data: Uint8Array): Buffer {
  const bytes = gzipSync(data, { level: 9 });
  bytes[9] = 255;
  return bytes;
}

/** The whole file. `digest` is that of the model, printed at its foot; `data` its JSON, there to be saved and checked. */
export function html(title: string, blocks: readonly Block[], digest: string, data: Uint8Array): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escaped(visible(title))}</title><style>${STYLE}</style></head>
<body>
${blocks.map(block).join('\n')}
<footer>Digest of this report’s data (SHA-256 of their canonical JSON, its member digest left out): ${escaped(digest)}. ${DATA_LINK}${zipped(data).toString('base64')}">Save the data</a> (gzip); exhibit verify checks this page against them.</footer>
</body></html>
`;
}
