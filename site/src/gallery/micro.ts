// Micro previews: the host sends height, width and scan; the header that all of them share is put before it here.
import header from './micro_header.json';

const HEADER = atob(header);
/** Behind marker, length and precision of the frame header (T.81, B.2.2): height, then width. */
const SIZE_AT = HEADER.indexOf('\xff\xc0') + 5;
const SIZE_LENGTH = 4;
const END = '\xff\xd9';

/** Made when a picture is shown, and not for all that are listed. */
export function microUrl(micro: string): string {
  const bytes = atob(micro);
  const before = HEADER.slice(0, SIZE_AT) + bytes.slice(0, SIZE_LENGTH) + HEADER.slice(SIZE_AT + SIZE_LENGTH);
  return `data:image/jpeg;base64,${btoa(before + bytes.slice(SIZE_LENGTH) + END)}`;
}
