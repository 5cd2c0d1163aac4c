/**
 * The structure tree of a tagged PDF (ISO 32000-1, 14.7) and its inner links, written object by object as text. pdfkit has a tree of its own, but keeps an object for each
 * element until the end and prints each by its generic printer: most of the time and memory of a report of ten thousand rows.
 */

/** What pdfkit's document is made of; its types leave most of it out. */
interface Internals {
  /** Of each object in the file; null until it is written. */
  readonly _offsets: (number | null)[];
  readonly _offset: number;
  readonly page: { readonly dictionary: Reference };
  _write(text: string): void;
  _refEnd(reference: Reference): void;
  ref(data: object): Reference;
  getStructTreeRoot(): Reference;
}
interface Reference {
  readonly id: number;
  readonly data: Record<string, unknown>;
  offset: number;
}

/** More of an element than its type: a cell that heads its column, or words that say what a picture shows. */
const ATTRIBUTES: Readonly<Record<string, string>> = { TH: '/A<</O/Table/Scope/Column>>' };

/** One element: an object of its own, written when it ends. */
export class Element {
  private readonly kids: (string | Element)[] = [];
  /** The page of its first content; what it has on other pages names them. */
  private page: number | undefined;
  private isEnded = false;

  constructor(
    private readonly tree: StructureTree,
    readonly id: number,
    readonly type: string,
    private readonly parent: number,
    private readonly attributes = ATTRIBUTES[type] ?? '',
  ) {}

  add(kid: Element): void {
    this.kids.push(kid);
  }

  /** Marked content of a page becomes its own. */
  own(page: number, mcid: number): void {
    this.page ??= page;
    this.kids.push(page === this.page ? `${mcid}` : `<</Type/MCR/Pg ${page} 0 R/MCID ${mcid}>>`);
  }

  annotation(page: number, id: number): void {
    this.kids.push(`<</Type/OBJR/Pg ${page} 0 R/Obj ${id} 0 R>>`);
  }

  /** It, and what in it has not ended yet, is written; nothing can be added then. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const kids = this.kids.map((kid) => {
      if (typeof kid === 'string') return kid;
      kid.end();
      return `${kid.id} 0 R`;
    });
    this.kids.length = 0;
    const page = this.page === undefined ? '' : `/Pg ${this.page} 0 R`;
    this.tree.write(this.id, `<</S/${this.type}/P ${this.parent} 0 R${page}${this.attributes}/K[${kids.join(' ')}]>>`);
  }
}

export class StructureTree {
  readonly root: Element;
  private readonly doc: Internals;
  private readonly document: Reference;
  private readonly parents: Reference;
  /** Values of the parent tree by key: the owners of a page's content, or of one annotation. */
  private readonly owners: string[] = [];
  /** Of the page at hand: the key of its owners, the element of each piece of content, its annotations. */
  private key = 0;
  private content: string[] = [];
  private annotations: string[] = [];

  constructor(doc: PDFKit.PDFDocument) {
    this.doc = doc as unknown as Internals;
    const root = this.doc.getStructTreeRoot();
    this.document = this.doc.ref({});
    this.parents = this.doc.ref({});
    root.data.K = [this.document];
    root.data.ParentTree = this.parents;
    this.root = new Element(this, this.document.id, 'Document', root.id);
  }

  /** A new element at the end of `parent`. */
  element(type: string, parent: Element, alt?: string): Element {
    const attributes = alt === undefined ? undefined : `/Alt ${printed(alt)}`;
    const element = new Element(this, this.reserve(), type, parent.id, attributes);
    parent.add(element);
    return element;
  }

  /** A page was begun. */
  page(): void {
    this.key = this.owners.push('') - 1;
    this.doc.page.dictionary.data.StructParents = this.key;
  }

  /** The page is complete. */
  endPage(): void {
    this.owners[this.key] = `[${this.content.join(' ')}]`;
    if (this.annotations.length > 0) {
      const list = this.doc.ref({});
      this.doc.page.dictionary.data.Annots = list;
      this.write(list.id, `[${this.annotations.join(' ')}]`);
      this.finished(list);
    }
    this.content = [];
    this.annotations = [];
  }

  /** The operator that begins content of an element; `EMC` ends it. */
  begin(element: Element): string {
    const mcid = this.content.push(`${element.id} 0 R`) - 1;
    element.own(this.doc.page.dictionary.id, mcid);
    return `/${element.type} <</MCID ${mcid}>> BDC`;
  }

  /** @param rectangle of the page, in its own coordinates @param to a named destination: letters and digits */
  link(element: Element, rectangle: readonly number[], to: string, contents: string): void {
    const id = this.reserve();
    const key = this.owners.push(`${element.id} 0 R`) - 1;
    const place = rectangle.map((at) => at.toFixed(2)).join(' ');
    this.write(
      id,
      `<</Type/Annot/Subtype/Link/Rect[${place}]/Border[0 0 0]/F 4/Dest(${to})/Contents(${contents})/StructParent ${key}>>`,
    );
    this.annotations.push(`${id} 0 R`);
    element.annotation(this.doc.page.dictionary.id, id);
  }

  /** The last page is complete. */
  end(): void {
    this.root.end();
    this.finished(this.document);
    this.write(this.parents.id, `<</Nums[${this.owners.map((owner, key) => `${key} ${owner}`).join('\n')}]>>`);
    this.finished(this.parents);
    this.doc.getStructTreeRoot().data.ParentTreeNextKey = this.owners.length;
  }

  write(id: number, text: string): void {
    this.doc._offsets[id - 1] = this.doc._offset;
    this.doc._write(`${id} 0 obj\n${text}\nendobj`);
  }

  /** Tells pdfkit, which waits for the objects that it knows of. */
  private finished(reference: Reference): void {
    reference.offset = this.doc._offsets[reference.id - 1] ?? 0;
    this.doc._refEnd(reference);
  }

  private reserve(): number {
    return this.doc._offsets.push(null);
  }
}

/** A text string (ISO 32000-1, 7.9.2.2) in UTF-16, as hex digits. */
const printed = (text: string): string => `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
