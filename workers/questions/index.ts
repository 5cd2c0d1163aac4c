/** All questions, in the order in which they are asked. */
import { ACCESS } from './access';
import { CHANGE } from './change';
import type { Question } from './question';
import { RECORD } from './record';

export const QUESTIONS: readonly Question[] = [...ACCESS, ...CHANGE, ...RECORD];
