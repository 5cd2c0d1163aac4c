/** Programs that some tests need and a machine may lack; `npm test` brings them where it may and says where it can't. */
import { spawnSync } from 'node:child_process';

export const has = (tool: string): boolean => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
