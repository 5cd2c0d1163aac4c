import type { RuleFile } from '../../../workers/contract/findings';
import type { WindowEngine } from '../../../workers/transport/methods';
import { failureOf } from '../../state/failure';

const ENDING = /\.ya?ml$/i;
/** More is no rule: the engine says so of each that it reads; this keeps a wrong folder from being read whole. */
const MOST_BYTES = 64 * 1024;

/** The case's own rules while a person changes them: each change is kept at once. */
export class OwnRules {
  /** Undefined until they are here. */
  list: readonly RuleFile[] | undefined = $state.raw();
  busy = $state(false);
  said = $state('');

  constructor(
    private readonly engine: Pick<WindowEngine, 'rules' | 'setRules'>,
    private readonly onChanged: () => Promise<void>,
  ) {}

  async load(): Promise<void> {
    this.said = '';
    await this.#busily(async () => {
      this.list = await this.engine.rules();
    });
  }

  /** Adds the rules among these files; one of a name that is there takes its place. */
  add(files: readonly File[]): Promise<void> {
    return this.#busily(async () => {
      const rules = await Promise.all(files.filter(({ name, size }) => ENDING.test(name) && size <= MOST_BYTES).map(ruleOf));
      if (rules.length === 0) {
        this.said = 'There is no rule among these files: a rule is a file of at most 64 KiB whose name ends in .yaml.';
        return;
      }
      const names = new Set(rules.map(({ name }) => name));
      await this.#keep([...(this.list ?? []).filter(({ name }) => !names.has(name)), ...rules]);
      this.said = `${rules.length === 1 ? 'One rule' : `${rules.length} rules`} added; what they find is worked out now.`;
    });
  }

  remove(name: string): Promise<void> {
    return this.#busily(async () => {
      await this.#keep((this.list ?? []).filter((rule) => rule.name !== name));
      this.said = `${name} removed.`;
    });
  }

  async #keep(rules: readonly RuleFile[]): Promise<void> {
    this.list = await this.engine.setRules(rules);
    await this.onChanged();
  }

  async #busily(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.said = failureOf(error).message;
    } finally {
      this.busy = false;
    }
  }
}

const ruleOf = async (file: File): Promise<RuleFile> => ({ name: file.name.replace(ENDING, ''), text: await file.text() });
