/** The name of a member of a target that is several. Pure. */
export const memberName = (target: string, file: string): string => `${target}/${file}`;

/** The name that a person gives an image to: that of the whole, where a target is a member of one. Pure. */
export const wholeName = (target: string): string => target.replace(/\/.*$/, '');
