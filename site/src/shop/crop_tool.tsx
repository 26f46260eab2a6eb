// The crop tool: a fixed frame of the print's shape, and the picture moved under it by touch, mouse,
// wheel, buttons, sliders or keys.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PhotoView } from '../api/types';
import { cropToFrame, inverse, after, type Affine } from '../geometry';
import { microUrl, nameOf } from '../gallery/tile';
import { Icon } from '../interface/icon';
import { t } from '../language';
import { CropControls } from './crop_controls';
import { frameBox } from './frame_box';
import { move, start, toCrop, turn, zoom, type Pose } from './pose';

/** Printers may lose this much at each edge, in inches. */
const BLEED_IN = 0.125;
/** The picture is laid out this wide and scaled by the transform. */
const LAID_OUT = 1200;

interface CropToolProps {
  photo: PhotoView;
  /** Inches of the print. */
  print: readonly [number, number];
  aspect: readonly [number, number];
  mayStraighten: boolean;
  pose: Pose;
  onPose: (pose: Pose) => void;
}

export function CropTool({ photo, print, aspect, mayStraighten, pose, onPose }: CropToolProps) {
  const stage = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const [held, setHeld] = useState(false);
  const frame = { width: photo.width, height: photo.height };

  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const box = frameBox(room, aspect, pose.ratio, devicePixelRatio);
  const { left, top } = box;
  const scale = box.width / pose.width;

  const crop = toCrop(pose, frame, aspect);
  const laidOut = LAID_OUT / frame.width;
  const onScreen: Affine = after(
    after([1 / laidOut, 0, 0, 1 / laidOut, 0, 0], inverse(cropToFrame(crop, frame))),
    [scale, 0, 0, scale, left, top],
  );

  const latest = useRef({ pose, onPose, box });
  latest.current = { pose, onPose, box };
  useGestures(stage, latest, frame, setHeld);

  const key = (event: KeyboardEvent) => {
    const far = event.shiftKey ? 0.1 : 0.02;
    const next: Record<string, () => Pose> = {
      ArrowLeft: () => move(pose, frame, -far, 0),
      ArrowRight: () => move(pose, frame, far, 0),
      ArrowUp: () => move(pose, frame, 0, -far),
      ArrowDown: () => move(pose, frame, 0, far),
      '+': () => zoom(pose, frame, 1.1),
      '=': () => zoom(pose, frame, 1.1),
      '-': () => zoom(pose, frame, 1 / 1.1),
      r: () => turn(pose, frame, 1),
      R: () => turn(pose, frame, -1),
      '0': () => start(frame, aspect),
    };
    const act = next[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onPose(act());
  };

  const across = pose.ratio >= 1;
  const [long, short] = [Math.max(...print), Math.min(...print)];
  const safe = {
    left: `${(BLEED_IN / (across ? long : short)) * 100}%`,
    right: `${(BLEED_IN / (across ? long : short)) * 100}%`,
    top: `${(BLEED_IN / (across ? short : long)) * 100}%`,
    bottom: `${(BLEED_IN / (across ? short : long)) * 100}%`,
  };

  return (
    <div class="crop">
      <div
        ref={stage}
        class={pose.whole ? 'crop-stage still' : held ? 'crop-stage held' : 'crop-stage'}
        role="application"
        tabIndex={0}
        aria-label={`${t('crop.label')} ${nameOf(photo)}`}
        onKeyDown={key}
      >
        {room.width > 0 && (
          <>
            {pose.whole && <div class="crop-paper" style={{ left: `${left}px`, top: `${top}px`, width: `${box.width}px`, height: `${box.height}px` }} />}
            <div
              class="crop-picture"
              style={{
                width: `${LAID_OUT}px`,
                height: `${LAID_OUT * (frame.height / frame.width)}px`,
                transform: `matrix(${onScreen.join(',')})`,
              }}
            >
              <img class="micro" src={microUrl(photo.micro)} alt="" draggable={false} />
              {photo.thumbnail && <img src={photo.thumbnail.url} alt="" draggable={false} />}
              {photo.proof && <img src={photo.proof.url} alt="" draggable={false} />}
            </div>
            <div
              class="crop-frame"
              style={{ left: `${left}px`, top: `${top}px`, width: `${box.width}px`, height: `${box.height}px` }}
            >
              {!pose.whole && <div class="crop-thirds" />}
              {!pose.whole && <div class="crop-safe" style={safe} />}
            </div>
          </>
        )}
      </div>
      <CropControls pose={pose} frame={frame} aspect={aspect} mayStraighten={mayStraighten} onPose={onPose} />
      <p class="hint crop-hint">
        <Icon name="warning" />
        {t(pose.whole ? 'crop.border.hint' : 'crop.safe')}
      </p>
    </div>
  );
}

type Latest = { current: { pose: Pose; onPose: (pose: Pose) => void; box: { width: number; height: number } } };

/** One finger or the mouse moves, two fingers and the wheel zoom at the place they are. */
function useGestures(
  stage: { current: HTMLDivElement | null },
  latest: Latest,
  frame: { width: number; height: number },
  setHeld: (held: boolean) => void,
): void {
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const fingers = new Map<number, { x: number; y: number }>();
    const fromCentre = (x: number, y: number): [number, number] => {
      const r = element.getBoundingClientRect();
      const { width } = latest.current.box;
      return [(x - r.left - r.width / 2) / width, (y - r.top - r.height / 2) / width];
    };
    const change = (next: Pose) => {
      latest.current.pose = next;
      latest.current.onPose(next);
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      setHeld(true);
    };
    const moved = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      fingers.set(event.pointerId, now);
      const { pose, box } = latest.current;
      if (!other) {
        change(move(pose, frame, (now.x - before.x) / box.width, (now.y - before.y) / box.width));
        return;
      }
      const gap = (a: { x: number; y: number }) => Math.max(8, Math.hypot(a.x - other.x, a.y - other.y));
      const [u, v] = fromCentre((before.x + other.x) / 2, (before.y + other.y) / 2);
      const zoomed = zoom(pose, frame, gap(now) / gap(before), u, v);
      change(move(zoomed, frame, (now.x - before.x) / 2 / box.width, (now.y - before.y) / 2 / box.width));
    };
    const up = (event: PointerEvent) => {
      fingers.delete(event.pointerId);
      if (fingers.size === 0) setHeld(false);
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const [u, v] = fromCentre(event.clientX, event.clientY);
      change(zoom(latest.current.pose, frame, Math.exp(-event.deltaY * lines * 0.0016), u, v));
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', moved);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', moved);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('wheel', wheel);
    };
  }, [frame.width, frame.height]);
}
