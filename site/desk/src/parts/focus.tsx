// The original pixel for pixel, to judge its focus by: scrolls like any large picture, and begins at the middle
// of what is printed.
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { apply, cropToFrame, pixelSize } from '../../../src/geometry';
import type { Picture } from '../types';

export function Focus({ picture, src, onClose }: { picture: Picture; src: string; onClose: () => void }) {
  const room = useRef<HTMLDivElement>(null);
  const [here, setHere] = useState(false);
  const middle = () => {
    setHere(true);
    const element = room.current;
    const image = element?.querySelector('img');
    if (!element || !image) return;
    const { width, height } = pixelSize(picture.crop, picture.frame);
    const [x, y] = apply(cropToFrame(picture.crop, picture.frame), width / 2, height / 2);
    const scale = image.clientWidth / picture.frame.width;
    element.scrollTo(x * scale - element.clientWidth / 2, y * scale - element.clientHeight / 2);
  };
  return (
    <Dialog title={`${picture.file_name} at 100 %`} class="focus" onClose={onClose}>
      {!here && <p class="focus-note">Reading every pixel of the original …</p>}
      <div ref={room} class="focus-room" tabIndex={0} role="region" aria-label="The picture, pixel for pixel">
        <img src={src} alt={picture.file_name} onLoad={middle} style={{ width: `${picture.frame.width / devicePixelRatio}px` }} />
      </div>
    </Dialog>
  );
}
