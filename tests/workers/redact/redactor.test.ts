import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findInArguments, findSecrets } from '../../../workers/redact/find';
import type { SecretKind } from '../../../workers/redact/patterns';
import { Redactor } from '../../../workers/redact/redactor';
import * as like from './look-alikes';
import { marked } from './marked';

const KEY = Buffer.alloc(32, 7);
const PASSWORD = 'Tr0ub4dor&3';

test.for<readonly [text: string, kind: SecretKind]>([
  ['mysql -uroot -p«hunter2» shop', 'password'],
  ['mysqldump --single-transaction -h db -u root -p«hunter2»', 'password'],
  ['mysql -u root --password=«hunter2» shop', 'password'],
  ['sshpass -p «hunter2» ssh root@10.0.0.1', 'password'],
  ['sshpass -p«hunter2» scp a b', 'password'],
  ['psql --password «hunter2»', 'password'],
  ['PGPASSWORD=«hunter2» psql -h db', 'password'],
  ["env DB_PASSWORD='«two words»' ./start", 'password'],
  ['export MYSQL_ROOT_PASSWORD="«hunter2»"', 'password'],
  ['redis-cli -h cache -a «hunter2» FLUSHALL', 'password'],
  ['curl -u admin:«hunter2» https://api.example/', 'password'],
  ['curl --user "admin:«hunter2»" https://api.example/', 'password'],
  ['curl https://admin:«hunter2»@api.example/x', 'password'],
  ['git clone https://builder:«hunter2»@git.example/a.git', 'password'],
  ['mongodb://root:«hunter2»@db-0,db-1:27017/admin', 'password'],
  ['docker login -u me -p «hunter2» registry.example', 'password'],
  ['helm registry login -u me --password «hunter2» registry.example', 'password'],
  ['ldapsearch -x -D cn=admin -w «hunter2» -b dc=x', 'password'],
  ['smbclient //fs/share -U me%«hunter2»', 'password'],
  ['htpasswd -b /etc/users me «hunter2»', 'password'],
  ['useradd -m -p «hunter2» me', 'password'],
  ["echo 'root:«hunter2»' | chpasswd", 'password'],
  ['openssl rsa -in k.pem -passin pass:«hunter2»', 'password'],
  ['Server=db;Uid=sa;Pwd=«hunter2»;', 'password'],
  ['the password: «hunter2»', 'password'],
  ['the password was set to: «Winter2026!» for a day', 'password'],
  ['{"user":"a","password":"«hunter2»"}', 'password'],
  ['{\\"password\\":\\"«hunter2»\\"}', 'password'],
  ['DB_PASS=«hunter2» ./start', 'password'],
  ['SSHPASS=«hunter2» sshpass -e ssh me@10.0.0.1', 'password'],
  ['ansible-playbook -e ansible_become_pass=«hunter2» site.yml', 'password'],
  ['app -dsn me:«hunter2»@tcp(db:3306)/shop', 'password'],
  ['jdbc:oracle:thin:me/«hunter2»@//db:1521/x', 'password'],
  ['sqlplus -s me/«hunter2»@db', 'password'],
  ['machine api.example login me password «hunter2»', 'password'],
  ['echo "db:5432:*:me:«hunter2»" > ~/.pgpass', 'password'],
  ['keytool -list -storepass «hunter2»', 'password'],
  ['openssl enc -aes-256-cbc -k «hunter2» -in a', 'password'],
  ['unzip -P «hunter2» a.zip', 'password'],
  ['7z x -p«hunter2» a.7z', 'password'],
  ['cqlsh -u me -p «hunter2»', 'password'],
  ['etcdctl --user root:«hunter2» get x', 'password'],
  ['az acr login -n r -u me -p «hunter2»', 'password'],
  ['snmpget -v3 -A «hunter22» -X «hunter23» h', 'password'],
  ['ipmitool -H h -U admin -P «hunter2» chassis', 'password'],
  ['echo «hunter2» | docker login -u me --password-stdin', 'password'],
  ['echo «hunter2» | passwd --stdin me', 'password'],
  ['_auth=«bWU6aHVudGVyMg==»', 'access key'],
  ['echo «cGFzc3dvcmQ9aHVudGVyMg==» | base64 -d', 'secret'],
  ['curl -b "«sid=0123abcd»" https://x.example', 'cookie'],
  [`Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.«${like.HEX_32}», v4.channel.k8s.io`, 'token'],
  [`curl -H "Authorization: Bearer «${like.JWT}»" https://10.0.0.1:6443/api`, 'token'],
  ['curl -H Authorization: Basic «YWRtaW46aHVudGVyMg==» https://x', 'token'],
  ['curl -H "authorization: token «0123abcd»"', 'token'],
  [`kubectl --token=«${like.JWT}» get pods`, 'token'],
  [`kubectl --token «${like.HEX_32}» get pods`, 'token'],
  ['kubeadm join 10.0.0.1:6443 --token «abcdef.0123456789abcdef»', 'token'],
  [`echo «${like.JWT}» > t`, 'token'],
  [`git clone https://«${like.GITHUB}»@github.com/a/b`, 'token'],
  [`GITLAB=«${like.GITLAB}»`, 'token'],
  [`slack chat «${like.SLACK}»`, 'token'],
  [`curl -d @x https://hooks.slack.com/services/«${like.SLACK_HOOK}»`, 'token'],
  [`curl https://maps.example/?q=a&key=«${like.GOOGLE}»`, 'token'],
  [`npm config set x «${like.NPM}»`, 'token'],
  [`stripe --live «${like.STRIPE}»`, 'token'],
  [`vault login «${like.VAULT}»`, 'token'],
  [`oc login --server=x --token=«${like.OPENSHIFT}»`, 'token'],
  [`curl https://api.example/x?access_token=«${like.HEX_32}»&page=2`, 'token'],
  [`https://files.example/a?sv=2024&sig=«${like.HEX_32}»`, 'token'],
  [`curl -H "X-Vault-Token: «${like.HEX_32}»"`, 'token'],
  [`curl -H "X-Api-Key: «${like.HEX_32}»"`, 'access key'],
  [`AWS_ACCESS_KEY_ID=«${like.AWS_ID}» aws s3 ls`, 'access key'],
  [`AWS_SECRET_ACCESS_KEY=«${like.AWS_SECRET}» aws s3 ls`, 'access key'],
  [`aws configure set aws_secret_access_key «${like.AWS_SECRET}»`, 'access key'],
  [`"SecretAccessKey": "«${like.AWS_SECRET}»"`, 'access key'],
  [`AccountName=a;AccountKey=«${like.AWS_SECRET}==»;`, 'access key'],
  [`    client-key-data: «${like.KEY_DATA}»`, 'private key'],
  [`echo «${like.KEY_DATA}» | base64 -d`, 'private key'],
  [`-----BEGIN RSA PRIVATE KEY-----«${like.PEM_BODY}»-----END RSA PRIVATE KEY-----`, 'private key'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----«\nMIIE (cut by the agent)»', 'private key'],
  ['curl -H "Cookie: «session=0123abcd; theme=dark»"', 'cookie'],
  ['kubectl create secret generic db --from-literal=user=«root» --from-literal=pin=«9sxy2»', 'secret'],
  ['client_secret=«0123abcd»', 'secret'],
  ['az login --service-principal -u a --client-secret «0123abcd»', 'secret'],
  [`{"auths":{"r.example":{"auth":"«${like.DOCKER_AUTH}»"}}}`, 'password'],
  [`.dockerconfigjson: «${like.DOCKER_CONFIG}»`, 'token'],
])('finds in %j', ([text, kind]) => {
  expect(marked(text.replace(/[«»]/g, ''))).toBe(text);
  expect(findSecrets(text.replace(/[«»]/g, ''))[0]?.kind).toBe(kind);
});

test.for([
  'cat /var/run/secrets/kubernetes.io/serviceaccount/token',
  'kubectl get secrets -n kube-system',
  'kubectl create configmap x --from-literal=user=root',
  'TOKEN=$(cat /run/token)',
  'curl -H "Authorization: Bearer $TOKEN"',
  'docker run -p 8080:80 nginx',
  'docker login --password-stdin registry.example',
  'mkdir -p /tmp/x',
  'ssh -p 22 root@10.0.0.1',
  'mysql -p shop',
  'mysql -P 3306 -h db',
  'passwd root',
  'the password was changed by somebody',
  'grep -ri password /etc',
  'PWD=/root',
  'image@sha256:9f31c0e752ab14d86e03b1f49c2280aad57e613bc4f0912e8a35d06777b2f90c',
  'git checkout 9f31c0e752ab14d86e03b1f49c2280aad57e613b',
  '"automountServiceAccountToken":false',
  '"secretKeyRef":{"name":"db","key":"password"}',
  '"authorization.k8s.io/decision":"allow"',
  `certificate-authority-data: ${like.CERTIFICATE_DATA}`,
  'http://10.0.0.1:8080/a@b',
  '/api/v1/pods?limit=500&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0',
  '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
  'Basic usage: see the manual',
  'curl -b jar.txt https://x.example',
  'unzip -l a.zip',
  'root:x:0:0:root:/root:/bin/bash',
  'tests pass: yes',
  'bypass=on',
  'echo $TOKEN | docker login --password-stdin r.example',
  'sqlplus /nolog',
  'sqlplus @a/b.sql',
])('leaves %j alone', (text) => {
  expect(marked(text)).toBe(text);
});

test.for<readonly [words: readonly string[], secrets: readonly string[]]>([
  [['mysql', '-uroot', `-p${PASSWORD}`, 'shop'], [PASSWORD]],
  [['psql', '--password', 'two words & more', '-h', 'db'], ['two words & more']],
  [['app', '--db-password=a,b}c d'], ['a,b}c d']],
  [['app', '--password', '--verbose'], []],
  [['curl', '-u', `me:${PASSWORD}`, 'https://x.example'], [PASSWORD]],
  [['sh', '-c', `echo ${like.JWT}`], [like.JWT]],
])('finds in the argument list %j', ([words, secrets]) => {
  const joined = words.join('\0');

  expect(findInArguments(words).map(({ start, end }) => joined.slice(start, end))).toEqual(secrets);
});

describe('a redactor', () => {
  const redactor = () => new Redactor<string>(KEY);

  test('gives equal secrets equal marks, and others others', () => {
    const r = redactor();
    const [one, two, three] = ['PGPASSWORD=Hunter2222', 'x --password Hunter2222', 'x --password Hunter3333'].map((t) =>
      r.text(t, 'p'),
    );

    expect(one).toMatch(/^PGPASSWORD=\[redacted:[0-9a-f]{10}\]$/);
    expect(two?.slice(-21)).toBe(one?.slice(-21));
    expect(three?.slice(-21)).not.toBe(one?.slice(-21));
  });

  test('names them otherwise under another key, and alike without one', () => {
    const text = `token=${like.HEX_32}`;

    expect(new Redactor(Buffer.alloc(32, 8)).text(text, '')).not.toBe(redactor().text(text, ''));
    expect(new Redactor(undefined).text(text, '')).toBe('token=[redacted]');
  });

  test('finds a secret that it learned where nothing gives it away', () => {
    const r = redactor();
    r.learn(['mysql', `-p${PASSWORD}`]);

    expect(r.text(`echo ${PASSWORD} > /tmp/x`, 'p')).toMatch(/^echo \[redacted:\w+\] > \/tmp\/x$/);
  });

  test('does not look for plain words everywhere', () => {
    const r = redactor();
    r.learn('--password kubernetes');

    expect(r.text('namespace kubernetes', 'p')).toBe('namespace kubernetes');
  });

  test('reads URIs as they are meant, and keeps what is no secret as it was written', () => {
    const uri =
      '/api/v1/namespaces/web/pods/p%2D1/exec?command=mysql&command=-uroot&command=-phunter%21two&container=main&tty=true';

    expect(redactor().text(uri, 'p')).toMatch(
      /^\/api\/v1\/namespaces\/web\/pods\/p%2D1\/exec\?command=mysql&command=-uroot&command=-p\[redacted:\w+\]&container=main&tty=true$/,
    );
  });

  test('knows whether a record holds one, behind the escapes of JSON and URIs', () => {
    const bytes = (value: object) => Buffer.from(JSON.stringify(value));
    const r = redactor();

    expect(r.isIn(bytes({ args: 'mysql -uroot -phunter2' }))).toBe(true);
    expect(r.isIn(bytes({ applied: JSON.stringify({ env: { password: 'hunter2' } }) }))).toBe(true);
    expect(r.isIn(bytes({ requestURI: '/exec?command=sh&command=-c&command=mysql+-uroot+-phunter2' }))).toBe(true);
    expect(
      r.isIn(bytes({ requestURI: '/exec?command=ls&container=main', annotations: { 'authorization.k8s.io/decision': 'allow' } })),
    ).toBe(false);
  });

  test('lists what it took out: kind, fingerprint, how often, where', () => {
    const r = redactor();
    r.text('PGPASSWORD=Hunter2222', 'first');
    r.words(['psql', '--password', 'Hunter2222'], 'second');
    r.text(`token=${like.HEX_32}`, 'first');

    expect(r.list()).toEqual([
      { kind: 'password', fingerprint: expect.stringMatching(/^[0-9a-f]{10}$/), times: 2, places: ['first', 'second'] },
      { kind: 'token', fingerprint: expect.any(String), times: 1, places: ['first'] },
    ]);
  });

  test('does nothing to its own marks', () => {
    const once = redactor().text(`x --password ${PASSWORD} token=${like.HEX_32}`, '');

    expect(redactor().text(once, '')).toBe(once);
  });

  test('keeps every argument in its place, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('\0', '-', '-p', '--password', '=', 'mysql', ' ', 'a1') })),
        (words) => {
          expect(redactor().words(words, '')).toHaveLength(words.length);
        },
      ),
    );
  });

  test('comes to an end on hostile text', () => {
    const hostile = [
      '--password',
      'mysql ',
      'eyJ',
      'https://a',
      '?a=%',
      '-----BEGIN PRIVATE KEY-----',
      'echo a:',
      'cookie: a=b;',
    ];
    const texts = hostile.map((piece) => piece.repeat(Math.ceil(20_000 / piece.length)));

    expect(texts.map((text) => redactor().text(text, '').length > 0)).not.toContain(false);
  });
});

test('a megabyte without a blank is looked through in a moment, a URI of it too', () => {
  const long = 'A'.repeat(1_000_000);
  const redactor = new Redactor<string>(new Uint8Array(32));
  const before = process.cpuUsage();
  expect(redactor.isIn(Buffer.from(`${long}%41?command=${long}%41`))).toBe(false);
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
});
