/** Whether the record itself holds: what it tells of each event, how far it reaches, where it is silent, who touched it, who looked at it. */
import { clocksOf, custodyOf, silencesOf, spanOf } from './facts';
import { among, controls, type Question } from './question';

const REQUEST = 'kind in ("exec", "api")';

export const RECORD: readonly Question[] = [
  {
    id: 'record-content',
    title: 'Does each record say who, what, when, from where, on what, and how it ended?',
    controls: controls({
      'PCI DSS 4.0.1': '10.2.2',
      HIPAA: '164.312(b)',
      'ISO 27001': 'A.8.15',
      'NIST 800-53': 'AU-3 AU-12',
    }),
    figures: [
      { what: 'requests', filter: REQUEST, by: 'level' },
      { what: 'without a user', filter: `${REQUEST} not user exists` },
      { what: 'without a time', filter: `${REQUEST} not time exists` },
      { what: 'without an address', filter: `${REQUEST} not sourceaddresses exists` },
      { what: 'without an outcome', filter: `${REQUEST} (result="unknown" or not result exists)` },
      { what: 'without a resource', filter: `${REQUEST} not resource exists`, by: 'requesturi' },
      {
        what: 'commands without a container or a host',
        filter: 'kind="cmd" not container exists not host exists not node exists',
      },
      { what: 'commands without a user id', filter: 'kind="cmd" not uid exists not username exists' },
    ],
    needs: ['requests'],
    helps: ['commands'],
  },
  {
    id: 'span',
    title: 'How far back does the record reach?',
    controls: controls({
      'PCI DSS 4.0.1': '10.5.1',
      HIPAA: '164.316(b)(2)(i)',
      'ISO 27001': 'A.5.33',
      'NIST 800-53': 'AU-11',
    }),
    figures: [{ what: 'activities without a time', filter: 'not time exists', by: 'format' }],
    needs: [],
    facts: spanOf,
  },
  {
    id: 'silences',
    title: 'Are there times at which a source says nothing?',
    controls: controls({
      'SOC 2': 'CC7.2',
      'PCI DSS 4.0.1': '10.2.1.6 10.7.2',
      'ISO 27001': 'A.8.16',
      'NIST 800-53': 'AU-5',
    }),
    figures: [],
    needs: [],
    facts: silencesOf,
    limit:
      'A silence is one far longer than the source’s own rate explains. Whether nothing happened or nothing was recorded, it does not tell.',
  },
  {
    id: 'traces-removed',
    title: 'Was anything done to remove traces or to stop recording?',
    controls: controls({
      'SOC 2': 'CC7.2',
      'PCI DSS 4.0.1': '10.2.1.6 10.3.2',
      'ISO 27001': 'A.8.15',
      'NIST 800-53': 'AU-9 SI-4',
    }),
    figures: [
      {
        what: 'shell histories written or removed by other than a shell',
        filter: 'kind="file" path matches "_history$" not comm in ("sh", "bash", "ash", "zsh", "dash")',
        by: 'comm',
      },
      { what: 'commands that overwrite or wipe', filter: `kind="cmd" ${among('comm', 'shred wipe srm')}`, by: 'comm' },
      { what: 'logs removed', filter: 'kind="file" mode="delete" path startswith "/var/log/"', by: 'comm' },
      {
        what: 'agents’ rules about histories and logs',
        filter: 'rule contains "history" or rule contains "log file"',
        by: 'rule',
      },
      {
        what: 'commands that stop services',
        filter: 'kind="cmd" comm in ("systemctl", "service", "auditctl", "kill", "pkill", "killall")',
        by: 'comm',
      },
    ],
    needs: ['commands'],
    helps: ['files', 'alerts'],
  },
  {
    id: 'logs-touched',
    title: 'Who touched the audit logs themselves?',
    controls: controls({
      'PCI DSS 4.0.1': '10.2.1.3 10.3.1',
      'ISO 27001': 'A.8.15 A.5.33',
      'NIST 800-53': 'AU-9',
    }),
    figures: [
      {
        what: 'files of audit logs opened, written or removed',
        filter:
          'kind="file" (path startswith "/var/log/kubernetes" or path startswith "/var/log/audit" or path startswith "/var/log/kube-apiserver")',
        by: 'comm',
      },
      {
        what: 'commands that name them',
        filter:
          'kind="cmd" (cmdline contains "/var/log/audit" or cmdline contains "/var/log/kubernetes" or cmdline contains "kube-apiserver/audit")',
        by: 'comm',
      },
    ],
    needs: ['files'],
    helps: ['commands'],
    limit: 'Where the logs were kept after they left their host is not seen here.',
  },
  {
    id: 'alerts-looked-at',
    title: 'What did the agents’ rules find, and was it looked at?',
    controls: controls({
      'SOC 2': 'CC7.2 CC7.3 CC7.4',
      'PCI DSS 4.0.1': '10.4.1 12.10.5',
      HIPAA: '164.308(a)(1)(ii)(D) 164.308(a)(6)',
      'ISO 27001': 'A.8.16 A.5.25',
      'NIST 800-53': 'SI-4 IR-4 IR-5 AU-6',
    }),
    figures: [
      { what: 'hits of agents’ rules', filter: 'rule exists', by: 'rule' },
      { what: 'of them critical or high', filter: 'rule exists severity in ("critical", "high")', by: 'rule' },
      { what: 'of them with a note or a tag in this case', filter: 'rule exists (note exists or tag exists)', by: 'rule' },
    ],
    needs: ['alerts'],
    limit: 'Marks of this case show what its analyst looked at. Whether logs were reviewed every day stands elsewhere.',
  },
  {
    id: 'custody',
    title: 'Who handled this evidence, and is it unchanged?',
    controls: controls({
      'PCI DSS 4.0.1': '10.3.4',
      HIPAA: '164.312(c)(1)',
      'ISO 27001': 'A.5.28 A.5.33',
      'NIST 800-53': 'AU-9 SI-7',
    }),
    figures: [],
    needs: [],
    facts: custodyOf,
    limit:
      'Exhibit attests “unchanged since import”, and exhibit verify checks it; what came before, only those who handed it over can say.',
  },
  {
    id: 'clocks',
    title: 'Were the clocks of the sources right?',
    controls: controls({
      'PCI DSS 4.0.1': '10.6.1 10.6.3',
      'ISO 27001': 'A.8.17',
      'NIST 800-53': 'AU-8',
    }),
    figures: [
      {
        what: 'commands that set or steer a clock',
        filter: `kind="cmd" ${among('comm', 'chronyd chronyc ntpd ntpdate timedatectl hwclock')}`,
        by: 'comm',
      },
    ],
    needs: [],
    facts: clocksOf,
    limit: 'Whether clocks are steered, and who may set them, stands in the hosts’ configuration.',
  },
];
