/** PATH records: what a system call acted on. One record each for the directories on the way (PARENT) and the object (NORMAL, CREATE, DELETE). */

export interface Item {
  readonly item: number;
  /** One character a byte. */
  readonly name: string | undefined;
  /** PARENT, NORMAL, CREATE, DELETE, UNKNOWN; '' where an old kernel does not say. */
  readonly nametype: string;
}

/** The object of a call, and of a rename the new name too. Records may come in any order. */
export function chooseObject(items: readonly Item[], isRename: boolean): { readonly object?: Item; readonly renamed?: Item } {
  const named = items.filter(({ name }) => name !== undefined).sort((a, b) => a.item - b.item);
  const last = (...types: readonly string[]) => named.findLast(({ nametype }) => types.includes(nametype));
  if (isRename) {
    const from = named.find(({ nametype }) => nametype === 'DELETE') ?? last('NORMAL', 'UNKNOWN', '');
    const to = last('CREATE');
    return { ...(from && { object: from }), ...(to && { renamed: to }) };
  }
  const object = last('CREATE', 'DELETE') ?? last('NORMAL', '') ?? last('UNKNOWN') ?? named.at(-1);
  return object ? { object } : {};
}

/** A name as a path from the root where that can be told; `..` stays, since a link may lie on the way. */
export function resolved(name: string, cwd: string | undefined): string {
  if (name.startsWith('/') || cwd === undefined) return name;
  const plain = name.replace(/^(?:\.\/+)+/, '');
  return plain === '' || plain === '.' ? cwd : `${cwd.endsWith('/') ? cwd : `${cwd}/`}${plain}`;
}
