/**
 * Rows of Azure's table Syslog (Log Analytics, Sentinel), which carry the text of one syslog message: `SyslogMessage`, with the host and the program beside it. The agent cuts
 * messages at 2 KiB and writes a blank for each `;` (seen in released captures; not in Azure's reference of the table).
 */
import type { Envelope } from './envelope';
import { said, textOf, timeOf } from './facts';

export const azureSyslog: Envelope = {
  id: 'azure-syslog',
  title: 'rows of Azure’s Syslog table',
  value: (row) => {
    if (typeof row.SyslogMessage !== 'string' || typeof row.Facility !== 'string') return undefined;
    const context = said({
      host: textOf(row.Computer) ?? textOf(row.HostName),
      time: timeOf(row.TimeGenerated),
      source: textOf(row.ProcessName),
    });
    return row.SyslogMessage.trim() === '' ? { ignored: 'a message without text' } : { text: row.SyslogMessage, context };
  },
};
