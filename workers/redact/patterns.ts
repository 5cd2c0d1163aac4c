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
  /** What a text must have for the pattern to be tried, where that is much quicker. The patterns of programs share one. */
  readonly gate?: RegExp;
}

/** Between words of a command line, or elements of an argument list. */
const GAP = String.raw`[\s\0]{1,8}`;
/** Values that only say where the secret is, or that there is none. */
const NO_SECRET = String.raw`(?![$<*{[(]|%24|%7[Bb]|(?:true|false|null|nil|none|undefined|required|optional|bearer|basic)\b|\d{1,3}\b|(?:pass|env|file|fd):|\/(?:etc|run|var|root|home|tmp|opt|mnt|usr|srv)\/)`;
/** Up to the closing quote, else to the end of the word. */
const VALUE = String.raw`${NO_SECRET}(?:(?<=")[^"\\\0\n]{1,4096}|(?<=')[^'\\\0\n]{1,4096}|[^\s\0"'\\;|&<>)}\],]{1,4096})`;
const QUOTES = String.raw`[\\"']{0,4}`;

/** Names that end so hold a secret: `DB_PASSWORD`, `x-api-key`, `client_secret`. */
const PASSWORDS = [
  'pass(?:word|wd|phrase|wort|(?<=[_-]pass)|(?<=(?<![a-z])pass)(?==)|(?<=["\']pass)(?=\\\\?["\']\\s?:\\s?\\\\?["\'](?!/)))',
  'kennwort|sshpass',
  'pwd(?:(?<=(?<![a-z])pwd)(?=\\s*[:=]["\']?[^/\\s])|(?<=["\']pwd)(?=\\\\?["\']\\s?:\\s?\\\\?["\'](?!/)))',
].join('|');
const TOKENS = 'token|bearer|jwt';
const KEYS =
  '(?:api|access|secret|private|signing|encryption|master|account|auth|storage|shared|shared[_-]?access)[_-]?key|key[_-]?base|client-key-data|(?<!\\w)_auth|rediscli_auth';
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
/** Programs that take a secret as some word of their command line. */
const PROGRAMS = [
  'mysql|maria|mycli|sshpass|login|mongo|pymssql|sqlcmd|bcp|cqlsh|ipmitool|aws_s|7z|rar|unrar|zip|unzip|twine|rdesktop|evil-winrm|crackmapexec|nxc|netexec|hydra',
  'medusa|ncftp|[xw]l?freerdp|lftp|nmcli|wpa_passphrase|impacket-|psexec|wmiexec|smbexec|atexec|dcomexec|secretsdump|mssqlclient|snmp|openssl|curl|redis-cli|ldap',
  'htpasswd|user|rabbitmqctl|wget|https?|xh|etcdctl|smbclient|rpcclient|[Nn][Ee][Tt]|vault|chpasswd|sudo|kinit|echo|printf',
].join('|');
const PROGRAM = new RegExp(`\\b(?:${PROGRAMS})[\\w.-]{0,30}[\\s\\0]|--(?:from-literal|(?:password-)?stdin|with-token)\\b`);
/** An option of certain programs, within the same command. */
const option = (kind: SecretKind, programs: string, options: string, value = VALUE): SecretPattern => ({
  kind,
  gate: PROGRAM,
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
  shaped(
    'token',
    'gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|gl(?:pat|ptt|rt|dt|ft|cbt|soat|imt|agent|oas)-[\\w-]{16,255}',
  ),
  shaped('token', '(?:xoxe\\.)?xox[abeprs]-[\\w-]{10,255}|xapp-[\\w-]{10,255}'),
  shaped('token', 'AIza[\\w-]{30,60}|ya29\\.[\\w-]{20,2048}'),
  shaped('token', 'npm_[A-Za-z0-9]{30,60}|pypi-[\\w-]{30,255}|dckr_pat_[\\w-]{20,60}|hf_[A-Za-z0-9]{30,60}'),
  shaped(
    'token',
    '[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}|sk-[\\w-]{20,255}|whsec_[\\w+/=]{16,255}|SG\\.[\\w-]{16,64}\\.[\\w-]{16,64}',
  ),
  shaped('token', 'hv[sbr]\\.[\\w-]{20,255}|dop_v1_[0-9a-f]{32,128}|sha256~[\\w-]{30,128}'),
  {
    kind: 'token',
    pattern: /(?<before>hooks\.slack\.com\/services\/|\/api\/webhooks\/\d{8,24}\/|\/bot(?=\d{6,14}:))(?<secret>[\w:/-]{16,255})/g,
  },
  // The pair of an account and its token, as Twilio's are.
  {
    kind: 'token',
    pattern:
      /(?<before>(?<![A-Za-z0-9])(?:AC|SK)[0-9a-f]{32}[\s\0:,;|"'=]{1,8}(?:[\w.-]{1,40}["']?\s{0,2}[=:]\s{0,2}["']?)?)(?<secret>[0-9a-f]{32}(?![0-9a-zA-Z]))/g,
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
  // scheme://token@host: long, and with a digit, where a user's name is neither.
  {
    kind: 'token',
    pattern: /(?<before>:\/\/(?<=https?:\/\/))(?<secret>(?=[\w.~-]{0,255}\d)[\w.~-]{16,256})(?=@)/gi,
  },
  // user:password@tcp(host) of Go's drivers, user/password@host of Oracle's.
  {
    kind: 'password',
    pattern: /(?<before>(?<![\w/:.-])[\w.-]{1,64}:)(?<secret>[^\s\0:@/"']{1,256})(?=@(?:tcp|unix)\()/g,
    gate: /@(?:tcp|unix)\(/,
  },
  {
    kind: 'password',
    pattern:
      /(?<before>(?:jdbc:oracle:thin:|\b(?:sqlplus|sqlldr|expdp|impdp)(?=[\s\0])[^|;&\n]{0,200}?[\s\0])[\w$#]{1,64}\/)(?<secret>[^\s\0@"']{1,256})(?=@)/g,
  },
  // Lines of .netrc; of .pgpass, where it is named, and elsewhere where the port is one of PostgreSQL's.
  { kind: 'password', pattern: /(?<before>\blogin\s[^\s\0]{1,256}\spassword\s)(?<secret>[^\s\0"']{1,256})/g },
  {
    kind: 'password',
    gate: /pgpass/,
    pattern:
      /(?<before>(?<![\w.:/*-])[\w.*-]{1,255}:(?:\d{2,5}|\*):[\w.*-]{1,63}:[\w.*-]{1,63}:)(?<secret>[^\s\0"':\\]{1,256})(?=[^\n]{0,200}pgpass)/g,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<before>:(?:543\\d|643\\d|6543|26257|\\*)(?<=(?<![^\\s\\0"'=])(?!arn:)[\\w.*-]{1,255}:[\\d*]{1,5}):[\\w*-]{1,63}:[\\w.*-]{1,63}:)(?<secret>${NO_SECRET}[^\\s\\0"':\\\\]{1,256})(?=$|[\\s\\0"'\\\\])`,
      'g',
    ),
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
    gate: PROGRAM,
    pattern: new RegExp(`(?<before>\\baws_(?:secret_access_key|session_token)${GAP})(?<secret>${VALUE})`, 'g'),
  },
  option('password', '7z[ar]?|rar|unrar', '-hp|-p'),
  option('password', 'twine|rdesktop|evil-winrm|crackmapexec|nxc|netexec|hydra|medusa|ncftp\\w*', `-p${GAP}`),
  option('password', 'xfreerdp\\d?|wlfreerdp', '/p:'),
  option('password', 'lftp', `-u${GAP}?[\\\\"']{0,2}[^\\s\\0,"']{1,256},`),
  option('password', 'nmcli', `password${GAP}`),
  option('password', 'wpa_passphrase', `[^\\s\\0-][^\\s\\0]{0,63}${GAP}`),
  option('password', 'mysqladmin', `password${GAP}`),
  {
    kind: 'password',
    gate: PROGRAM,
    pattern:
      /(?<before>\b(?:impacket-\w{1,40}|(?:psexec|wmiexec|smbexec|atexec|dcomexec|secretsdump|mssqlclient)\.py)(?=[\s\0])[^|;&\n]{0,400}?[\s\0]["']?(?:[\w.-]{1,64}\/)?[\w.$-]{1,64}:)(?<secret>[^\s\0@"']{1,256})(?=@)/g,
  },
  option('password', 'zip|unzip', `-P${GAP}|-P`),
  option('password', 'snmp\\w+', `-A${GAP}|-A`),
  option('password', 'snmp\\w+', `-X${GAP}|-X`),
  option('password', 'snmp\\w+', `-c${GAP}`, `(?!public\\b)${VALUE}`),
  option('password', 'openssl[\\s\\0](?:enc|(?:aes|des|aria|camellia|bf|rc4|chacha)[\\w-]{0,30})', `-[kK]${GAP}`),
  option('secret', 'openssl[\\s\\0]s_(?:client|server)', `-psk${GAP}`),
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>\\bopenssl${GAP}passwd${GAP}(?:-(?:salt|in|rand)${GAP}[^\\s\\0]{1,64}${GAP}|-(?!(?:salt|in|rand)[\\s\\0])\\w{1,20}${GAP}){0,6})(?<secret>(?!-)${VALUE})`,
      'g',
    ),
  },
  option('cookie', 'curl', `(?:-b|--cookie)(?:${GAP}|=)`, `[^\\s\\0"'=]{1,128}=[^\\s\\0"']{1,4096}`),
  option('password', 'redis-cli', `-a${GAP}|[aA][uU][tT][hH]${GAP}(?:[^\\s\\0-][^\\s\\0]{0,63}${GAP})?`),
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
    `(?:-[a-zA-Z]{0,6}u|--user|-U|--proxy-user)(?:${GAP}|=)?[\\\\"']{0,2}[^\\s\\0:"'=-][^\\s\\0:"']{0,255}:`,
  ),
  option('password', 'smbclient|rpcclient|net', `-U${GAP}?[\\\\"']{0,2}[^\\s\\0%"']{1,256}%`),
  option('password', 'smbclient', `["']?(?:\\/\\/|\\\\{2})[^\\s\\0]{1,256}${GAP}`, `(?!-)${VALUE}`),
  // net use Z: \\host\share SECRET /user:name, or with the two the other way round; net user name SECRET.
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>\\bnet1?(?:\\.exe)?${GAP}use${GAP}(?:(?:[a-z]:|\\*)${GAP})?["']?\\\\{2,8}[^\\s\\0]{1,256}${GAP})(?<secret>(?![/-])${VALUE})`,
      'gi',
    ),
  },
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>\\bnet1?(?:\\.exe)?${GAP}use${GAP}[^|;&\\n]{0,300}?/u(?:ser)?:[^\\s\\0]{1,256}${GAP})(?<secret>(?![/-])${VALUE})`,
      'gi',
    ),
  },
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>\\bnet1?(?:\\.exe)?${GAP}user${GAP}(?!(?:add|info|delete|rename)[\\s\\0])[^\\s\\0/-][^\\s\\0]{0,63}${GAP})(?<secret>(?![/-])${VALUE})`,
      'gi',
    ),
  },
  {
    kind: 'token',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>\\bvault${GAP}login${GAP}(?:-(?:method|path|address|namespace|field|format)${GAP}[^\\s\\0-][^\\s\\0]{0,200}${GAP}|-(?!(?:method|path|address|namespace|field|format)[\\s\\0])[\\w-]{1,40}(?:=[^\\s\\0]{1,200})?${GAP}){0,8})(?<secret>(?!-|\\w{1,40}=)${VALUE})`,
      'g',
    ),
  },
  {
    kind: 'secret',
    gate: PROGRAM,
    pattern: new RegExp(`(?<before>\\bvault${GAP}(?:operator${GAP})?unseal${GAP})(?<secret>(?!-)${VALUE})`, 'g'),
  },
  // The first values that are put into Vault.
  ...[0, 1, 2, 3].map(
    (place): SecretPattern => ({
      kind: 'secret',
      gate: PROGRAM,
      pattern: new RegExp(
        `(?<before>\\bvault${GAP}kv${GAP}(?:put|patch)${GAP}(?:-[\\w-]{1,40}(?:=[^\\s\\0]{1,200})?${GAP}){0,8}[\\w/.-]{1,256}${GAP}(?:[\\w.-]{1,64}=[^\\s\\0]{1,1024}${GAP}){${place}}[\\w.-]{1,64}=${QUOTES})(?<secret>(?!@)${VALUE})`,
        'g',
      ),
    }),
  ),
  // SQL that makes or changes a user.
  {
    kind: 'password',
    pattern:
      /(?<before>\b(?:identified\s{1,4}(?:with\s{1,4}\S{1,64}\s{1,4})?(?:by|as)(?:\s{1,4}password)?|password)\s{1,4}\\{0,2}['"]\\?['"]{0,2})(?<secret>[^'"\\\0\n]{1,256})(?=\\{0,2}['"])/gi,
  },
  // What is handed to standard input, by a here-string or by echo.
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(
      `(?<before>(?:--(?:password-)?stdin\\b|--with-token\\b|\\bsudo(?:\\s{1,4}-[\\w-]{1,20}){0,4}?\\s{1,4}-[A-Za-z]{0,4}S[A-Za-z]{0,4}\\b|\\bkinit\\b)[^|;&<\\n]{0,200}<<<\\s{0,4}${QUOTES})(?<secret>${VALUE})`,
      'g',
    ),
  },
  {
    kind: 'password',
    gate: PROGRAM,
    pattern: new RegExp(`(?<before>\\bchpasswd\\b[^|;&<\\n]{0,200}<<<\\s{0,4}${QUOTES}[\\w.-]{1,64}:)(?<secret>${VALUE})`, 'g'),
  },
  {
    kind: 'password',
    gate: PROGRAM,
    pattern:
      /(?<before>\b(?:echo|printf)[\s\0]{1,8}(?:-\w{1,4}[\s\0]{1,8})?["']?[\w.-]{1,64}:)(?<secret>[^\s\0"'|]{1,1024})(?=["']?\s{0,8}\|\s{0,8}(?:sudo\s{1,4})?chpasswd)/g,
  },
  {
    kind: 'password',
    gate: PROGRAM,
    pattern:
      /(?<before>\b(?:echo|printf)[\s\0]{1,8}(?:-\w{1,4}[\s\0]{1,8})?(?:["']?%s(?:\\n)?["']?[\s\0]{1,8})?["']?)(?<secret>(?!\$)[^\s\0"'|]{1,1024})(?=["']?\s{0,8}\|\s{0,8}(?:[^|;&\n]{1,200}?(?:--(?:password-)?stdin|--with-token)\b|sudo(?:\s{1,4}-[\w-]{1,20}){0,4}?\s{1,4}-[A-Za-z]{0,4}S[A-Za-z]{0,4}\b|(?:sudo\s{1,4})?passwd\b))/g,
  },
  {
    kind: 'secret',
    gate: PROGRAM,
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
