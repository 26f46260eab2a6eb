// A small picture of what a print will show: the crop applied with the same geometry as the print.
import type { Crop, ImageRef } from '../api/types';
import { cropToFrame, hasBorder, inverse, pixelSize, after } from '../geometry';
import { microUrl } from '../gallery/tile';

interface CroppedProps {
  picture: { width: number; height: number; micro?: string | null; thumbnail?: ImageRef | null };
  crop: Crop;
  /** CSS pixels of the longer side. */
  size: number;
}

const LAID_OUT = 400;

export function Cropped({ picture, crop, size }: CroppedProps) {
  const px = pixelSize(crop, picture);
  const scale = size / Math.max(px.width, px.height);
  const laidOut = LAID_OUT / picture.width;
  const m = after(after([1 / laidOut, 0, 0, 1 / laidOut, 0, 0], inverse(cropToFrame(crop, picture))), [scale, 0, 0, scale, 0, 0]);
  return (
    <div class={hasBorder(crop) ? 'cropped paper' : 'cropped'} style={{ width: `${px.width * scale}px`, height: `${px.height * scale}px` }}>
      <div
        class="cropped-picture"
        style={{
          width: `${LAID_OUT}px`,
          height: `${LAID_OUT * (picture.height / picture.width)}px`,
          transform: `matrix(${m.join(',')})`,
        }}
      >
        {picture.micro && <img src={microUrl(picture.micro)} alt="" />}
        {picture.thumbnail && <img src={picture.thumbnail.url} alt="" />}
      </div>
    </div>
  );
}
