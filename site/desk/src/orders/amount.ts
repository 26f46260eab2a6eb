// Money as a person types it, in minor units: 12, 12.5, 12,50.
const DIGITS: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, VND: 0, ISK: 0, XAF: 0, XOF: 0, PYG: 0, UGX: 0, BHD: 3, KWD: 3, OMR: 3, TND: 3, JOD: 3, IQD: 3, LYD: 3 };

export function readAmount(text: string, currency: string): number | null {
  const digits = DIGITS[currency] ?? 2;
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (!match) return null;
  const part = match[2] ?? '';
  if (part.length > digits) return null;
  return Number(`${match[1]}${part.padEnd(digits, '0')}`);
}
