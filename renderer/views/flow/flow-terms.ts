/** A node of the flow as terms of the filter language. */
import { attribute } from '../../../workers/contract/attributes';
import { equation } from '../../../workers/contract/filter-edit';
import { quote } from '../../../workers/contract/filter-print';
import type { FlowColumn, FlowNode } from '../../../workers/contract/flow';
import { groupsOf } from './flow-names';

/** The engine cuts longer ones. */
const LONGEST = 500;
/** Every user that was let in has it, so it finds all of them. */
const EVERYBODY = 'system:authenticated';

export interface NodeTerms {
  readonly only: string;
  readonly without: string;
}

/** What puts the node's calls into the filter, or keeps them out; undefined where no filter says it: then the fold is to be opened. */
export function termsOf(node: FlowNode): NodeTerms | undefined {
  const { column, value } = node;
  if (value === null) return { only: `not ${column} exists`, without: `${column} exists` };
  const only = value === undefined ? foldTerm(node) : valueTerm(column, value);
  if (only === undefined) return undefined;
  const of = attribute(column);
  const single = value !== undefined && column !== 'groups' && of;
  return { only, without: single ? equation(of, '!=', value) : `not (${only})` };
}

function valueTerm(column: FlowColumn, value: string): string | undefined {
  const of = attribute(column);
  const values = column === 'groups' ? groupsOf(value) : [value];
  if (!of || values.some((text) => text.length >= LONGEST || text === EVERYBODY)) return undefined;
  return values.map((one) => equation(of, '=', one)).join(' ');
}

/** All of its members where they are few, else what its family has in common where the fold is all of that. */
function foldTerm({ column, family, folded, members, whole }: FlowNode): string | undefined {
  if (whole) {
    const common = familyTerm(column, family);
    if (common !== undefined) return common;
  }
  const listed = column !== 'groups' && (column !== 'sourceaddresses' || family !== 'others') && folded === members.length;
  return listed && members.every((text) => text.length < LONGEST) ? `${column} in (${members.map(quote).join(', ')})` : undefined;
}

function familyTerm(column: FlowColumn, family: string): string | undefined {
  if (column === 'sourceaddresses') {
    if (family === 'external') return 'sourceaddresses exists not sourceaddresses in private';
    return family.includes('/') ? `sourceaddresses in ${quote(family)}` : undefined;
  }
  if (column === 'groups') return family === 'service accounts' ? `groups=${quote('system:serviceaccounts')}` : undefined;
  if (column !== 'user' && column !== 'impersonated') return undefined;
  if (family === 'service accounts') return `${column} startswith ${quote('system:serviceaccount:')}`;
  return family === 'nodes' ? `${column} startswith ${quote('system:node:')}` : undefined;
}
