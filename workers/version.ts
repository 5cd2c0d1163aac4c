import { version } from '../package.json';

/** Version of the program, printed in reports and answers. */
export const VERSION: string = version;
