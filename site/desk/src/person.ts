// Who sits at the desk: written beside every change, for the studio and the customer. Kept by this browser.
import { store } from '../../src/store';

const KEY = 'darkslide-desk-person';

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export const person = store(kept());

export function setPerson(name: string): void {
  const clean = name.trim().slice(0, 60);
  try {
    localStorage.setItem(KEY, clean);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  person.set(clean);
}
