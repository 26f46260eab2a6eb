// Where somebody wanted to go who had to show a code first: a shared picture, a cart. Once in, she gets there.
let wanted: string | null = null;

/** Remembers an address inside a gallery; others lead nowhere without what led there. */
export function wantsToGo(path: string): void {
  if (path.startsWith('/g/')) wanted = path;
}

/** The wanted address if it lies in the gallery that has just been opened, else that gallery. */
export function wayInto(gallery: string): string {
  const [path, home] = [wanted, `/g/${gallery}`];
  wanted = null;
  return path !== null && (path === home || path.startsWith(`${home}/`) || path.startsWith(`${home}?`)) ? path : home;
}
