// The whole picture from the original, with the ordered crop drawn on it: what is printed is bright, what is cut
// away is veiled.
import { useState } from 'preact/hooks';
import { apply, cropToFrame, pixelSize } from '../../../src/geometry';
import type { Crop } from '../types';

interface CropViewProps {
  src: string;
  alt: string;
  frame: { width: number; height: number };
  crop: Crop;
  onOpen?: () => void;
}

export function CropView({ src, alt, frame, crop, onOpen }: CropViewProps) {
  const [state, setState] = useState<'coming' | 'here' | 'missing'>('coming');
  const toFrame = cropToFrame(crop, frame);
  const { width, height } = pixelSize(crop, frame);
  const corners = [[0, 0], [width, 0], [width, height], [0, height]].map(([x, y]) => apply(toFrame, x ?? 0, y ?? 0));
  const outline = `M${corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
  const whole = `M0 0H${frame.width}V${frame.height}H0Z`;
  const long = Math.max(frame.width, frame.height);
  const picture = (
    <>
      <img
        src={src}
        alt={alt}
        width={frame.width}
        height={frame.height}
        class={state}
        decoding="async"
        loading="lazy"
        onLoad={() => setState('here')}
        onError={() => setState('missing')}
      />
      <svg viewBox={`0 0 ${frame.width} ${frame.height}`} aria-hidden="true">
        <path class="cut" d={whole + outline} fill-rule="evenodd" />
        <path class="edge" d={outline} stroke-width={long / 260} />
      </svg>
      {state === 'coming' && <span class="crop-view-note">Reading the original …</span>}
    </>
  );
  const shape = { aspectRatio: `${frame.width} / ${frame.height}` };
  if (state === 'missing') return <MissingPicture src={src} shape={shape} />;
  return onOpen ? (
    <button type="button" class="crop-view" style={shape} aria-label={`${alt}: look at it pixel for pixel`} onClick={onOpen}>
      {picture}
    </button>
  ) : (
    <div class="crop-view" style={shape}>{picture}</div>
  );
}

/** Why there is no picture: asked again, because an image's error says nothing. */
function MissingPicture({ src, shape }: { src: string; shape: { aspectRatio: string } }) {
  const [why, setWhy] = useState<string | null>(null);
  if (why === null) {
    fetch(src).then(
      async (response) => setWhy(response.ok ? 'Reload to see it.' : (((await response.json()) as { error?: string }).error ?? '')),
      () => setWhy('The agent does not answer.'),
    );
  }
  return (
    <div class="crop-view missing" style={shape}>
      <span class="crop-view-note">{why ?? '…'}</span>
    </div>
  );
}
