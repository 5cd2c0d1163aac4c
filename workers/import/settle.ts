/**
 * From staged rows to the tables of the case: decides what is told by what, first without touching the case (`decide`), then writes all
 * of it inside the caller's transaction (`write`).
 */
import type { MemberDone } from '../bundle/reader';
import type { RecordSpan } from '../bundle/spool-line';
import type { Connection } from '../case/database';
import { sourcePath } from '../case/store';
import { type Sql, sql } from '../contract/sql';
import { FORMATS } from '../formats/index';
import { AccountingError, assertAccounted, countMembers, type MemberCounts, renewCounts, touchedMembers } from './account';
import { foldAttempts } from './attempts';
import type { CarefulPath } from './careful';
import { fillDictionaries } from './dictionaries';
import { Terms } from './digest';
import { classify } from './equal';
import { lift } from './lift';
import type { Loader } from './load';
import { resolve, settle } from './resolve';
import type { Settings } from './settings';
import { fillSlots, orderMembers } from './staged';
import { giveKeys, keysOf, removeLifted, writeActivities, writeCitations, writeSkipped } from './write';

/** A member of the new evidence. */
export interface Added extends Omit<MemberDone, 'type' | 'sha256'> {
  readonly evidence: number;
  readonly evidenceSha256: string;
  /** Undefined where it could not be read. */
  readonly sha256?: string;
  readonly settings: string | null;
}

/** Temporary tables that `decide` leaves for `write`. */
const TABLES = [
  'place',
  'slot',
  'fate',
  'reused',
  'echo',
  'lift_key',
  'lifted',
  'met',
  'kept',
  'folded',
  'origin',
  'counted',
  'rejected',
  'doubtful',
];

export class Settlement {
  private lifted = 0;

  constructor(
    private readonly connection: Connection,
    private readonly loader: Loader,
    private readonly careful: CarefulPath,
    private readonly dir: string,
    private readonly evidence: number,
    private readonly members: readonly Added[],
    /** Records of other evidences that were taken out with the evidence's former reading (`take-out.ts`), to be decided anew. */
    private readonly away?: Sql,
  ) {}

  async decide(): Promise<void> {
    const { connection, loader, members } = this;
    const places = members.map(({ number, evidence, evidenceSha256, path, format }) => ({
      member: number,
      evidence,
      sha256: evidenceSha256,
      path,
      format,
    }));
    await orderMembers(connection, places);
    await fillSlots(connection, loader.tables);
    this.lifted = await lift(connection, loader.tables, this.away);
    if (this.lifted > 0) await this.readAgain();
    await classify(connection, loader.tables, (member, places) => this.spell(member, places));
    await resolve(connection);
    await foldAttempts(connection, loader.tables);
    await settle(connection);
    await giveKeys(connection);
  }

  /** To be called inside a transaction that has the evidence's row already. */
  async write(): Promise<void> {
    const { connection, loader } = this;
    await fillDictionaries(connection, loader.tables);
    const terms = await Terms.begin(connection);
    if (this.lifted > 0) {
      await terms.takeLifted(loader.tables);
      await removeLifted(connection);
    }
    await writeActivities(connection, loader.tables);
    await writeCitations(connection, loader.tables);
    await writeSkipped(connection, loader.tables);
    await connection.run(`INSERT INTO skipped SELECT member, 'rejected', r, i, o, l, why, 1 FROM rejected`);
    await terms.addKept(loader.tables, keysOf(this.evidence));
    await terms.addEchoes();
    await this.writeMembers();
    if (this.lifted > 0) await renewCounts(connection, await touchedMembers(connection));
    await terms.store();
  }

  /** Frees what the decision needed. */
  async forget(): Promise<void> {
    const staged = this.loader.tables.map(({ table }) => table.text);
    await this.connection.run([...TABLES, ...staged].map((table) => `DROP TABLE IF EXISTS temp.${table}`).join(';\n'));
  }

  /** Lifted records go through the careful path, member by member, and are staged beside the new ones. */
  private async readAgain(): Promise<void> {
    const { connection, loader } = this;
    for (const number of await touchedMembers(connection)) {
      const member = await connection.one<{ format: string; source: string; settings: string | null }>(
        sql`SELECT format, source, settings FROM member WHERE member = ${number}`,
      );
      if (!member) throw new AccountingError(`Member ${number} is cited but not known.`);
      const settings = member.settings === null ? {} : (JSON.parse(member.settings) as Settings);
      await loader.restage(number, member.format, sourcePath(this.dir, member.source), settings);
    }
    await loader.flush();
    await fillSlots(connection, loader.tables);
    await connection.run('DELETE FROM slot WHERE sid IN (SELECT sid FROM echo)');
    const again = await connection.one<{ n: bigint }>(
      'SELECT count(*) AS n FROM (SELECT DISTINCT member, record, item FROM lifted) l SEMI JOIN slot s ON s.member = l.member AND s.record = l.record AND s.item IS NOT DISTINCT FROM l.item',
    );
    const expected = await connection.one<{ n: bigint }>(
      'SELECT count(*) AS n FROM (SELECT DISTINCT member, record, item FROM lifted)',
    );
    if (again?.n !== expected?.n)
      throw new AccountingError(`Of ${expected?.n} records that were read again only ${again?.n} came back.`);
  }

  /** Of records of any member, new or known. */
  private async spell(number: number, places: readonly RecordSpan[]): Promise<readonly (string | null)[]> {
    const added = this.members.find((member) => member.number === number);
    const source =
      added?.source ??
      (await this.connection.one<{ source: string }>(sql`SELECT source FROM member WHERE member = ${number}`))?.source;
    if (!source) throw new AccountingError(`Member ${number} has records but no bytes.`);
    return this.careful.spell({ source: sourcePath(this.dir, source), places });
  }

  private async writeMembers(): Promise<void> {
    const counts = new Map(
      (
        await countMembers(
          this.connection,
          this.members.map((member) => member.number),
        )
      ).map((each) => [each.member, each]),
    );
    for (const member of this.members) {
      const count = counts.get(member.number);
      if (!count) throw new AccountingError(`Member ${member.number} was not counted.`);
      assertAccounted(member.name, member.records, count);
      await this.insertMember(member, count);
    }
  }

  private async insertMember(member: Added, count: MemberCounts): Promise<void> {
    const projection = FORMATS.find((format) => format.id === member.format)?.version ?? null;
    await this.connection.run(sql`
      INSERT INTO member VALUES (
        ${member.number}, ${member.evidence}, ${member.path}, ${member.name}, ${member.format}, ${projection},
        ${member.sha256 ?? null}, ${member.bytes}, ${member.source}, ${member.settings},
        ${member.records}, ${count.yielded}, ${count.activities}, ${count.merged}, ${count.duplicates}, ${count.ignored}, ${count.rejected},
        ${JSON.stringify(count.ignoredWhy)}, make_timestamp_ns(${count.first}::BIGINT), make_timestamp_ns(${count.last}::BIGINT), ${member.warning ?? idle(member, count)}
      )`);
  }
}

/** A member that gave nothing says why (contract section 2); one whose records the case had already gave something before. */
function idle({ format, records }: Added, { yielded, merged, duplicates, ignoredWhy, rejected }: MemberCounts): string | null {
  if (format === null || yielded + merged + duplicates > 0) return null;
  if (records === 0) return 'It holds no record.';
  const why = Object.entries(ignoredWhy).map(([reason, n]) => `${n} ${reason}`);
  return `None of its ${records} records tells an activity: ${[...why, ...(rejected > 0 ? [`${rejected} rejected`] : [])].join(', ')}.`;
}
