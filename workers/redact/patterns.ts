/**
 * How secrets look where evidence writes them: in command lines, argument lists (joined with NUL), URIs, headers, manifests. One table; each pattern has two groups, what
 * stands before the secret and the secret. Whatever repeats is bounded, since evidence is hostile input.
 */

export const SECRET_KINDS = ['password', 'token', 'access key', 'private key', 'cookie', 'secret'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

export interface SecretPattern {
  readonly kind: SecretKind;
  /** Global, with the groups `before` (may be empty) and `secret`. */
  readonly pattern: RegExp;
}

/** Between words of a command line, or elements of an argument list. */
const GAP = String.raw`[\s\0]{1,8}`;
/** Values that only say where the secret is, or that there is none. */
const NO_SECRET = String.raw`(?![$<*{[(]|%24|%7[Bb]|(?:true|false|null|nil|none|undefined|required|optional|bearer|basic)\b|\d{1,3}\b)`;
/** Up to the closing quote, else to the end of the word. */
const VALUE = String.raw`${NO_SECRET}(?:(?<=")[^"\\\0\n]{1,4096}|(?<=')[^'\\\0\n]{1,4096}|[^\s\0"'\\;|&<>)}\],]{1,4096})`;
const QUOTES = String.raw`[\\"']{0,4}`;

/** Names that end so hold a secret: `DB_PASSWORD`, `x-api-key`, `client_secret`. */
const PASSWORDS =
  'password|passwd|passphrase|passwort|kennwort|sshpass|(?<=[_-])pass|(?<![a-z])pass(?==)|(?<![a-z])pwd(?=\\s*[:=]["\']?[^/\\s])';
const TOKENS = 'token|bearer|jwt';
const KEYS =
  '(?:api|access|secret|private|signing|encryption|master|account|auth|storage|shared|shared[_-]?access)[_-]?key|key[_-]?base|client-key-data|(?<!\\w)_auth';
const SECRETS = 'secret|credentials?';

const named = (kind: SecretKind, names: string): SecretPattern => ({
  kind,
  pattern: new RegExp(
    `(?<before>(?:${names})(?:_b64|_base64|_data|_\\d)?${QUOTES}\\s{0,2}[:=]\\s{0,4}${QUOTES})(?<secret>${VALUE})`,
    'gi',
  ),
});
const flag = (kind: SecretKind, names: string): SecretPattern => ({
  kind,
  pattern: new RegExp(
    `(?<before>[\\s\\0]--?[\\w-]{0,40}(?<=[-_]|[\\s\\0]--?)(?:${names})${GAP}${QUOTES})(?<secret>(?!-)${VALUE})`,
    'gi',
  ),
});
/** An option of certain programs, within the same command. */
const option = (kind: SecretKind, programs: string, options: string, value = VALUE): SecretPattern => ({
  kind,
  pattern: new RegExp(
    `(?<before>\\b(?:${programs})(?=[\\s\\0])[^|;&\\n]{0,400}?[\\s\\0](?:${options})${QUOTES})(?<secret>${value})`,
    'g',
  ),
});
/** Known by its own look. */
const shaped = (kind: SecretKind, shape: string): SecretPattern => ({
  kind,
  pattern: new RegExp(`(?<before>)(?<secret>(?<![A-Za-z0-9])(?:${shape}))`, 'g'),
});

/** Base64 of `-----BEGIN … PRIVATE KEY`. */
const PEM_64 = [
  'BSU0EgUFJJVkFURSBLRVkt',
  'BQUklWQVRFIEtFWS',
  'BFQyBQUklWQVRFIEtFWS',
  'BPUEVOU1NIIFBSSVZBVEUgS0VZ',
  'BFTkNSWVBURUQgUFJJVkFURSBLRVkt',
].join('|');

export const PATTERNS: readonly SecretPattern[] = [
  {
    kind: 'private key',
    pattern:
      /(?<before>-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----)(?<secret>[\s\S]{1,16384}?(?=-----END|$)|[\s\S]{16384})/g,
  },
  shaped('private key', `LS0tLS1CRUdJTi(?:${PEM_64})[\\w+/=]{1,16384}`),
  shaped('private key', 'AGE-SECRET-KEY-1[A-Z0-9]{40,80}'),
  // A JSON web token; the configuration of a container registry in base64.
  shaped('token', 'eyJ[\\w-]{10,8192}\\.[\\w-]{4,8192}(?:\\.[\\w-]{0,4096}){0,3}|eyJhdXRocyI6[\\w+/=-]{8,8192}'),
  shaped('token', 'gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[\\w-]{16,255}'),
  shaped('token', 'xox[abeprs]-[\\w-]{10,255}|xapp-[\\w-]{10,255}'),
  shaped('token', 'AIza[\\w-]{30,60}|ya29\\.[\\w-]{20,2048}'),
  shaped('token', 'npm_[A-Za-z0-9]{30,60}|pypi-[\\w-]{30,255}|dckr_pat_[\\w-]{20,60}|hf_[A-Za-z0-9]{30,60}'),
  shaped('token', '[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}|sk-[\\w-]{20,255}|SG\\.[\\w-]{16,64}\\.[\\w-]{16,64}'),
  shaped('token', 'hv[sbr]\\.[\\w-]{20,255}|dop_v1_[0-9a-f]{32,128}|sha256~[\\w-]{30,128}'),
  {
    kind: 'token',
    pattern: /(?<before>hooks\.slack\.com\/services\/|\/api\/webhooks\/\d{8,24}\/|\/bot(?=\d{6,14}:))(?<secret>[\w:/-]{16,255})/g,
  },
  // The older tokens of Vault; base64 of `password=` and `password:`.
  shaped('token', 's\\.(?=[A-Za-z]{0,23}\\d)[A-Za-z0-9]{24}(?![\\w.])'),
  shaped('secret', 'cGFzc3dvcmQ[69][\\w+/=]{2,4096}'),
  // A token as the websockets of the Kubernetes API carry it.
  { kind: 'token', pattern: /(?<before>base64url\.bearer\.authorization\.k8s\.io\.)(?<secret>[\w-]{8,8192})/g },
  shaped('access key', '(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z2-7]{16}(?![A-Za-z0-9])'),

  // scheme://user:password@host. The scheme is looked for behind the two slashes: looked for first, each letter of a long text would be tried as its beginning.
  {
    kind: 'password',
    pattern: /(?<before>:\/\/(?<=[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s\0/@:"'?#]{0,256}:)(?<secret>[^\s\0/@"'?#$]{1,256})(?=@)/gi,
  },
  // user:password@tcp(host) of Go's drivers, user/password@host of Oracle's.
  { kind: 'password', pattern: /(?<before>(?<![\w/:.-])[\w.-]{1,64}:)(?<secret>[^\s\0:@/"']{1,256})(?=@(?:tcp|unix)\()/g },
  {
    kind: 'password',
    pattern:
      /(?<before>(?:jdbc:oracle:thin:|\b(?:sqlplus|sqlldr|expdp|impdp)(?=[\s\0])[^|;&\n]{0,200}?[\s\0])[\w$#]{1,64}\/)(?<secret>[^\s\0@"']{1,256})(?=@)/g,
  },
  // Lines of .netrc and .pgpass.
  { kind: 'password', pattern: /(?<before>\blogin\s[^\s\0]{1,256}\spassword\s)(?<secret>[^\s\0"']{1,256})/g },
  {
    kind: 'password',
    pattern:
      /(?<before>(?<![\w.:/*-])[\w.*-]{1,255}:(?:\d{2,5}|\*):[\w.*-]{1,63}:[\w.*-]{1,63}:)(?<secret>[^\s\0"':\\]{1,256})(?=[^\n]{0,200}pgpass)/g,
  },
  {
    kind: 'token',
    pattern: new RegExp(
      `(?<before>(?:proxy-)?authorization${QUOTES}\\s{0,2}[:=]\\s{0,4}${QUOTES}(?:(?:bearer|basic|token|negotiate|ntlm|apikey|digest)\\s{1,4})?)(?<secret>${VALUE})`,
      'gi',
    ),
  },
  { kind: 'token', pattern: /(?<before>\bbearer\s{1,4})(?<secret>(?=[\w.~+/-]{0,64}\d)[\w.~+/-]{8,8192}=*)/gi },
  {
    kind: 'cookie',
    pattern:
      /(?<before>\b(?:set-)?cookie["']?\s{0,2}[:=]\s{0,4}["']?)(?<secret>[^\s\0"';=]{1,128}=[^\s\0"';]{1,4096}(?:;\s?[^\s\0"';=]{1,128}=[^\s\0"';]{1,4096}){0,32})/gi,
  },
  {
    kind: 'token',
    pattern:
      /(?<before>[?&](?:key|sig|signature|x-amz-signature|x-amz-credential|x-goog-signature)=)(?<secret>[^\s\0&#"']{8,4096})/gi,
  },

  named('password', PASSWORDS),
  named('token', TOKENS),
  named('access key', KEYS),
  named('secret', SECRETS),
  // In notes: "the password was set to Winter2026!"; a word of letters alone is none.
  {
    kind: 'password',
    pattern:
      /(?<before>\b(?:password|passphrase|passwort|kennwort)\s(?:(?:is|was|now|set|changed|ist|war|to)\s?){1,4}:?\s{0,2}["'“„]?)(?<secret>(?=[^\s"'”]{0,64}[\d!@#$%^&*])[^\s"'”,;]{6,128})/gi,
  },
  flag('password', 'password|passwd|passphrase|pass|storepass|keypass'),
  flag('token', 'token'),
  flag('access key', '(?:api|access|secret|private|account|auth)[_-]?key'),
  flag('secret', 'client[_-]secret|secret'),
  { kind: 'password', pattern: new RegExp(`(?<before>[\\s\\0=]pass:)(?<secret>${VALUE})`, 'g') },

  option('password', 'mysql\\w*|mariadb[\\w-]*|mysqladmin|mycli', '-p'),
  option('password', 'sshpass', `-p${GAP}|-p`),
  option(
    'password',
    '(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane)(?:[\\s\\0]registry)?[\\s\\0](?:auth[\\s\\0])?login',
    `-p${GAP}|-p`,
  ),
  option(
    'password',
    'oc[\\s\\0]login|az[\\s\\0](?:acr[\\s\\0])?login|mongo\\w*|pymssql|sqlcmd|bcp|cqlsh|ipmitool',
    `-[pP]${GAP}|-[pP]`,
  ),
  {
    kind: 'access key',
    pattern: new RegExp(`(?<before>\\baws_(?:secret_access_key|session_token)${GAP})(?<secret>${VALUE})`, 'g'),
  },
  option('password', '7z[ar]?', '-p'),
  option('password', 'zip|unzip', `-P${GAP}|-P`),
  option('password', 'snmp\\w+', `-A${GAP}|-A`),
  option('password', 'snmp\\w+', `-X${GAP}|-X`),
  option('password', 'openssl[\\s\\0]enc', `-k${GAP}`),
  option('cookie', 'curl', `(?:-b|--cookie)(?:${GAP}|=)`, `[^\\s\\0"'=]{1,128}=[^\\s\\0"']{1,4096}`),
  option('password', 'redis-cli', `-a${GAP}`),
  option('password', 'ldap(?:search|modify|add|delete|passwd|whoami)', `-w${GAP}|-w`),
  option(
    'password',
    'htpasswd',
    `-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}${GAP}(?:[^\\s\\0]{1,256}${GAP}){2}|-[a-zA-Z]{0,6}nb[a-zA-Z]{0,6}${GAP}[^\\s\\0]{1,256}${GAP}`,
  ),
  option('password', 'user(?:add|mod)', `-p${GAP}`),
  option('password', 'rabbitmqctl', `(?:add_user|change_password)${GAP}[^\\s\\0]{1,256}${GAP}`),
  option(
    'password',
    'curl|wget|http|https|xh|etcdctl',
    `(?:-u|--user|-U|--proxy-user)(?:${GAP}|=)?[\\\\"']{0,2}[^\\s\\0:"'=-][^\\s\\0:"']{0,255}:`,
  ),
  option('password', 'smbclient|rpcclient|net', `-U${GAP}?[\\\\"']{0,2}[^\\s\\0%"']{1,256}%`),
  {
    kind: 'password',
    pattern:
      /(?<before>\becho[\s\0]{1,8}(?:-\w{1,4}[\s\0]{1,8})?["']?[\w.-]{1,64}:)(?<secret>[^\s\0"'|]{1,1024})(?=["']?\s{0,8}\|\s{0,8}(?:sudo\s{1,4})?chpasswd)/g,
  },
  {
    kind: 'password',
    pattern:
      /(?<before>\becho[\s\0]{1,8}(?:-\w{1,4}[\s\0]{1,8})?["']?)(?<secret>(?!\$)[^\s\0"'|]{1,1024})(?=["']?\s{0,8}\|[^|;&\n]{1,200}?--(?:password-)?stdin\b)/g,
  },
  {
    kind: 'secret',
    pattern: new RegExp(
      `(?<before>--from-literal(?<=create${GAP}secret[\\s\\0][\\s\\S]{0,4000})(?:=|${GAP})${QUOTES}[^\\s\\0="']{1,253}=${QUOTES})(?<secret>${VALUE})`,
      'g',
    ),
  },
  // The registry login of a Docker configuration, which is base64 of user:password.
  { kind: 'password', pattern: /(?<before>"auth\\?"\s{0,2}:\s{0,2}\\?")(?<secret>[\w+/]{8,1024}={0,2})/g },
];

/** Of an argument list: the element after such a one, and what follows `=` in one, is the secret as a whole. */
export const SECRET_FLAG =
  /^--?(?:[\w-]{0,40}[-_])?(?<name>password|passwd|passphrase|pass|storepass|keypass|token|secret|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|account[_-]?key|auth[_-]?key|client-key-data)$/i;
