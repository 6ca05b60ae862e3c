/** A sentence of another program, for the end of a message, behind which others may put a stop of their own. */
export const withoutStop = (sentence: string): string => sentence.trimEnd().replace(/\.$/, '');
