/** Every envelope that is opened, in the order in which they are tried. */
import { aks } from './aks';
import { auditFields } from './audit-fields';
import { ausearch } from './ausearch';
import { azureSyslog } from './azure-syslog';
import { base64 } from './base64';
import { cell } from './cell';
import { cloudwatch } from './cloudwatch';
import { cloudwatchInsights } from './cloudwatch-insights';
import { cri } from './cri';
import { datadog } from './datadog';
import { docker } from './docker';
import { elasticsearch } from './elasticsearch';
import type { Envelope } from './envelope';
import { falcoText } from './falco-text';
import { goAudit } from './go-audit';
import { googleClient } from './google-client';
import { googleCsv } from './google-csv';
import { grafana } from './grafana';
import { journalExport } from './journal-export';
import { journald } from './journald';
import { kubearmorFile } from './kubearmor-file';
import { laurel } from './laurel';
import { libaudit } from './libaudit';
import { lists } from './lists';
import { logAnalytics } from './log-analytics';
import { messages } from './messages';
import { ocsfApi } from './ocsf-api';
import { ocsfFalco } from './ocsf-falco';
import { osqueryBatch } from './osquery-batch';
import { otlp } from './otlp';
import { prefixed } from './prefixed';
import { programLog } from './program-log';
import { quoted } from './quoted';
import { shipper } from './shipper';
import { splunk } from './splunk';
import { syslog } from './syslog';
import { viaq } from './viaq';
import { winlog } from './winlog';
import { yaml } from './yaml';

export const ENVELOPES: readonly Envelope[] = [
  programLog,
  cri,
  docker,
  journald,
  journalExport,
  falcoText,
  ausearch,
  cloudwatch,
  cloudwatchInsights,
  aks,
  logAnalytics,
  azureSyslog,
  goAudit,
  kubearmorFile,
  laurel,
  libaudit,
  winlog,
  base64,
  googleClient,
  googleCsv,
  yaml,
  ocsfApi,
  ocsfFalco,
  osqueryBatch,
  otlp,
  viaq,
  elasticsearch,
  datadog,
  messages,
  splunk,
  auditFields,
  grafana,
  shipper,
  // Looser ones last: what is left over behind a name, and objects that hold nothing but a list.
  syslog,
  prefixed,
  quoted,
  lists,
  cell,
];
