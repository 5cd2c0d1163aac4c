/** Who got in, as whom, and what was refused. */
import { among, controls, type Question } from './question';

const ACCOUNT_TOOLS = 'useradd adduser usermod userdel deluser groupadd passwd chpasswd visudo';

export const ACCESS: readonly Question[] = [
  {
    id: 'container-sessions',
    title: 'Who entered running containers, and what was done there?',
    controls: controls({
      'SOC 2': 'CC6.1 CC7.2',
      'PCI DSS 4.0.1': '10.2.1.1 10.2.1.2',
      HIPAA: '164.312(b)',
      'ISO 27001': 'A.8.2 A.8.15',
      'NIST 800-53': 'AC-6(9) AU-3(1) AU-14',
    }),
    figures: [
      { what: 'calls that enter a container: exec, attach, cp, debug, port-forward', filter: 'kind="exec"', by: 'user' },
      { what: 'of them let in', filter: 'kind="exec" result="ok"', by: 'namespace' },
      {
        what: 'let in, with nothing recorded of what was done',
        filter: 'kind="exec" result="ok" not confidence exists',
        by: 'label',
      },
      { what: 'commands run in sessions', filter: 'kind="cmd" session exists', by: 'comm' },
    ],
    needs: ['requests'],
    helps: ['commands'],
  },
  {
    id: 'attribution',
    title: 'Can what was done at a terminal be tied to a credential?',
    controls: controls({
      'SOC 2': 'CC6.1',
      'PCI DSS 4.0.1': '10.2.1.1 8.2.1',
      HIPAA: '164.312(a)(2)(i) 164.312(d)',
      'ISO 27001': 'A.5.16',
      'NIST 800-53': 'AU-6(3) AU-10 IA-2',
    }),
    figures: [
      { what: 'commands run at a terminal, or below one', filter: 'kind="cmd" interactive="yes"', by: 'comm' },
      {
        what: 'tied to a session with confidence of at least 0.95',
        filter: 'kind="cmd" interactive="yes" confidence>=0.95',
      },
      { what: 'tied to one less surely', filter: 'kind="cmd" interactive="yes" confidence<0.95' },
      { what: 'tied to none', filter: 'kind="cmd" interactive="yes" not session exists', by: 'pod' },
    ],
    needs: ['requests', 'commands'],
    limit: 'A credential is named, not a person: who held it, this evidence does not tell.',
  },
  {
    id: 'refused',
    title: 'Which attempts to get access were refused?',
    controls: controls({
      'SOC 2': 'CC6.1 CC7.2',
      'PCI DSS 4.0.1': '10.2.1.4',
      HIPAA: '164.308(a)(5)(ii)(C)',
      'ISO 27001': 'A.8.15 A.8.5',
      'NIST 800-53': 'AC-7 AU-2',
    }),
    figures: [
      {
        what: 'requests answered with 401 or 403, or refused by authorization',
        filter: 'code in (401, 403) or result="refused"',
        by: 'user',
      },
      { what: 'of them to enter a container', filter: 'kind="exec" (code in (401, 403) or result="refused")', by: 'user' },
    ],
    needs: ['requests'],
    limit: 'Logins that an identity provider or a proxy refused never reach the API server.',
  },
  {
    id: 'anonymous',
    title: 'What was asked without a credential?',
    controls: controls({
      'SOC 2': 'CC6.1 CC6.6',
      'PCI DSS 4.0.1': '10.2.1.4 7.2.5',
      'ISO 27001': 'A.8.3',
      'NIST 800-53': 'AC-14',
    }),
    figures: [
      { what: 'requests of nobody (system:anonymous)', filter: 'user="system:anonymous"', by: 'requesturi' },
      { what: 'of them granted', filter: 'user="system:anonymous" result="ok"', by: 'requesturi' },
    ],
    needs: ['requests'],
  },
  {
    id: 'all-powerful',
    title: 'Who acted with all rights, or as somebody else?',
    controls: controls({
      'SOC 2': 'CC6.3',
      'PCI DSS 4.0.1': '10.2.1.2 7.2.2',
      HIPAA: '164.308(a)(4)',
      'ISO 27001': 'A.8.2',
      'NIST 800-53': 'AC-6(9)',
    }),
    figures: [
      { what: 'requests by members of system:masters', filter: 'groups="system:masters"', by: 'user' },
      {
        what: 'requests that the role cluster-admin allowed',
        filter: 'decisionreason contains "ClusterRole \\"cluster-admin\\""',
        by: 'user',
      },
      { what: 'requests made as another user', filter: 'impersonated exists', by: 'user' },
    ],
    needs: ['requests'],
  },
  {
    id: 'credentials-changed',
    title: 'Who made, changed or removed accounts, roles and tokens?',
    controls: controls({
      'SOC 2': 'CC6.2 CC6.3',
      'PCI DSS 4.0.1': '10.2.1.5',
      HIPAA: '164.308(a)(4)(ii)(C)',
      'ISO 27001': 'A.5.16 A.5.18',
      'NIST 800-53': 'AC-2(4)',
    }),
    figures: [
      {
        what: 'roles, bindings and accounts written',
        filter: `${among('resource', 'serviceaccounts roles rolebindings clusterroles clusterrolebindings certificatesigningrequests')} ${among('verb', 'create update patch delete deletecollection')} not subresource="token"`,
        by: 'user',
      },
      { what: 'tokens issued', filter: 'resource="serviceaccounts" subresource="token" verb="create"', by: 'user' },
      {
        what: 'secrets written',
        filter: `resource="secrets" ${among('verb', 'create update patch delete deletecollection')}`,
        by: 'user',
      },
      {
        what: 'commands that change accounts of a host or container',
        filter: `kind="cmd" ${among('comm', ACCOUNT_TOOLS)}`,
        by: 'comm',
      },
    ],
    needs: ['requests'],
    helps: ['commands'],
  },
  {
    id: 'secrets-read',
    title: 'Who read secrets?',
    controls: controls({
      'SOC 2': 'CC6.1',
      'PCI DSS 4.0.1': '10.2.1.1 8.6.2',
      HIPAA: '164.312(b)',
      'ISO 27001': 'A.8.3 A.8.12',
      'NIST 800-53': 'AC-6(9) AU-12',
    }),
    figures: [
      {
        what: 'secrets read or listed over the API',
        filter: `resource="secrets" ${among('verb', 'get list watch')}`,
        by: 'user',
      },
      {
        what: 'files of service-account tokens opened',
        filter: 'kind="file" (path startswith "/var/run/secrets/" or path startswith "/run/secrets/")',
        by: 'comm',
      },
      {
        what: 'commands that name such files, or the environment',
        filter: `kind="cmd" (cmdline contains "/run/secrets/" or ${among('comm', 'env printenv')})`,
        by: 'comm',
      },
    ],
    needs: ['requests'],
    helps: ['commands', 'files'],
    limit: 'A mounted secret is read without any request, and most agents do not tell when a file is read.',
  },
  {
    id: 'past-the-api',
    title: 'Who reached nodes or containers past the API server?',
    controls: controls({
      'SOC 2': 'CC6.1 CC6.6',
      'PCI DSS 4.0.1': '10.2.1.2',
      'ISO 27001': 'A.8.18 A.8.2',
      'NIST 800-53': 'AC-17 AC-6(9)',
    }),
    figures: [
      { what: 'requests through a node’s kubelet (nodes/proxy)', filter: 'resource="nodes" subresource="proxy"', by: 'user' },
      {
        what: 'programs that enter containers or capture traffic from a host',
        filter: `kind="cmd" ${among('comm', 'nsenter crictl ctr docker nerdctl podman runc tcpdump')}`,
        by: 'comm',
      },
      {
        what: 'commands of somebody logged in to a host',
        filter: 'kind="cmd" loginname exists loginuid<4294967295',
        by: 'loginname',
      },
    ],
    needs: ['commands'],
    helps: ['requests'],
  },
];
