/** What a person calls a case: the folder's name without `.exhibit`. The engine may name it by its path. */
export const caseName = (text: string): string => (text.split(/[\\/]/).filter(Boolean).at(-1) ?? text).replace(/\.exhibit$/, '');
