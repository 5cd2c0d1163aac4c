/** What was changed: objects, software, the way out. */
import { among, controls, type Question } from './question';

const WRITES = among('verb', 'create update patch delete deletecollection');
/** Asked and answered inside the API server; nothing is stored. */
const REVIEWS = `not ${among('resource', 'subjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews tokenreviews')}`;
/** Events are the cluster's own remarks, and no objects that anybody makes. */
const MADE_OR_REMOVED = `${among('verb', 'create delete deletecollection')} ${REVIEWS} not resource="events" not subresource exists`;

export const CHANGE: readonly Question[] = [
  {
    id: 'changes-by-hand',
    title: 'What was changed by hand, past the usual automation?',
    controls: controls({
      'SOC 2': 'CC8.1',
      'PCI DSS 4.0.1': '6.5.1 10.2.1.2',
      'ISO 27001': 'A.8.32',
      'NIST 800-53': 'CM-3 CM-5',
    }),
    figures: [
      {
        what: 'objects written with kubectl',
        filter: `kind="api" ${WRITES} ${REVIEWS} useragent startswith "kubectl"`,
        by: 'user',
      },
      {
        what: 'of them by people, not service accounts',
        filter: `kind="api" ${WRITES} ${REVIEWS} useragent startswith "kubectl" not user startswith "system:"`,
        by: 'user',
      },
    ],
    needs: ['requests'],
    limit: 'The client names itself, and may say anything. Whether a change was approved stands in the tickets, not here.',
  },
  {
    id: 'system-objects',
    title: 'Which objects of the system itself were made or removed?',
    controls: controls({
      'SOC 2': 'CC7.1 CC8.1',
      'PCI DSS 4.0.1': '10.2.1.7',
      'ISO 27001': 'A.8.9',
      'NIST 800-53': 'CM-5 AU-12',
    }),
    figures: [
      {
        what: 'objects made or removed in kube-system',
        filter: `kind="api" namespace="kube-system" ${MADE_OR_REMOVED}`,
        by: 'user',
      },
      {
        // A request for a namespace itself names it as its own.
        what: 'namespaces, and objects of the whole cluster, made or removed',
        filter: `kind="api" (resource="namespaces" or resource exists not namespace exists) ${MADE_OR_REMOVED}`,
        by: 'resource',
      },
    ],
    needs: ['requests'],
  },
  {
    id: 'new-software',
    title: 'Was software put into running containers, or run that was not in the image?',
    controls: controls({
      'SOC 2': 'CC6.8 CC7.1',
      'PCI DSS 4.0.1': '11.5.2 5.2.1',
      HIPAA: '164.312(c)(1)',
      'ISO 27001': 'A.8.7 A.8.19',
      'NIST 800-53': 'SI-7 CM-5',
    }),
    figures: [
      {
        what: 'programs run that an agent found to be new',
        filter: 'rule contains "new binary" or rule contains "drift"',
        by: 'comm',
      },
      {
        what: 'package managers run',
        filter: `kind="cmd" ${among('comm', 'apk apt apt-get dpkg yum dnf microdnf rpm zypper pip pip3 npm gem')}`,
        by: 'comm',
      },
      { what: 'downloads by command', filter: `kind="cmd" ${among('comm', 'curl wget')}`, by: 'pod' },
      {
        what: 'files written where programs lie',
        filter: 'kind="file" mode in ("write", "create", "rename", "chmod") path matches "^/(usr/)?(local/)?s?bin/"',
        by: 'comm',
      },
    ],
    needs: ['commands'],
    helps: ['files', 'alerts'],
    limit: 'Whether a program was in its image, only an agent that compares with it can tell.',
  },
  {
    id: 'outbound',
    title: 'Which connections went to addresses outside?',
    controls: controls({
      'SOC 2': 'CC6.6 CC6.7',
      'PCI DSS 4.0.1': '1.3.2 10.2.1',
      HIPAA: '164.312(e)(1)',
      'ISO 27001': 'A.8.20 A.8.12',
      'NIST 800-53': 'SC-7 AC-4',
    }),
    figures: [
      {
        what: 'outgoing connections to addresses that are not known',
        filter: 'kind="net" direction="out" server exists not server in known',
        by: 'server',
      },
      {
        what: 'of them made in sessions',
        filter: 'kind="net" direction="out" server exists not server in known session exists',
        by: 'comm',
      },
    ],
    needs: ['connections'],
    limit:
      'Known are private ranges, what the evidence names, and the case’s own list (Evidence, Known addresses). What was sent is not recorded.',
  },
  {
    id: 'utilities',
    title: 'Which tools that can get past controls were run in containers and on hosts?',
    controls: controls({
      'SOC 2': 'CC6.8',
      'PCI DSS 4.0.1': '10.2.1.2 2.2.4',
      'ISO 27001': 'A.8.18',
      'NIST 800-53': 'CM-7 SI-4',
    }),
    figures: [
      {
        what: 'tools for debugging, scanning and tunnelling',
        filter: `kind="cmd" ${among('comm', 'nsenter crictl ctr tcpdump tshark nmap strace gdb socat nc ncat netcat chroot mount unshare capsh kubectl ssh scp')}`,
        by: 'comm',
      },
      {
        what: 'of them in sessions',
        filter: `kind="cmd" session exists ${among('comm', 'nsenter crictl ctr tcpdump tshark nmap strace gdb socat nc ncat netcat chroot mount unshare capsh kubectl ssh scp')}`,
        by: 'comm',
      },
    ],
    needs: ['commands'],
  },
];
