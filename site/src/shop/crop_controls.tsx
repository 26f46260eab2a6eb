// Buttons and sliders for everything that gestures do in the crop tool.
import type { Size } from '../geometry';
import { Icon, type IconName } from '../interface/icon';
import { t } from '../language';
import { MAX_STRAIGHTEN, MAX_ZOOM, filled, flip, move, start, straighten, turn, withBorder, zoom, zoomOf, type Pose } from './pose';

interface CropControlsProps {
  pose: Pose;
  frame: Size;
  aspect: readonly [number, number];
  /** Whether the studio lets a picture be tilted. */
  mayStraighten: boolean;
  onPose: (pose: Pose) => void;
}

export function CropControls({ pose, frame, aspect, mayStraighten, onPose }: CropControlsProps) {
  const button = (name: IconName, label: string, next: () => Pose) => (
    <button type="button" class="round" aria-label={label} title={label} onClick={() => onPose(next())}>
      <Icon name={name} />
    </button>
  );
  const zoomed = zoomOf(pose, frame);
  const square = Math.abs(pose.ratio - 1) < 1e-6;
  const turns = (
    <>
      {button('left', t('crop.left'), () => turn(pose, frame, -1))}
      {button('right', t('crop.right'), () => turn(pose, frame, 1))}
    </>
  );
  const choice = (whole: boolean, label: string, next: () => Pose) => (
    <button
      type="button"
      class={(pose.whole ?? false) === whole ? 'choice on' : 'choice'}
      aria-pressed={(pose.whole ?? false) === whole}
      onClick={() => (pose.whole ?? false) !== whole && onPose(next())}
    >
      {label}
    </button>
  );
  return (
    <div class="crop-controls">
      <div class="crop-fit" role="group" aria-label={t('crop.fit')}>
        {choice(false, t('crop.fill'), () => filled(pose, frame, aspect))}
        {choice(true, t('crop.border'), () => withBorder(frame, aspect, pose.turns))}
      </div>
      {pose.whole ? (
        <div class="crop-buttons">{turns}</div>
      ) : (
        <>
      <div class="slider-row">
        {button('minus', t('crop.zoom_out'), () => zoom(pose, frame, 1 / 1.15))}
        <input
          type="range"
          aria-label={t('crop.zoom')}
          min={0}
          max={100}
          step={1}
          value={(Math.log(zoomed) / Math.log(MAX_ZOOM)) * 100}
          aria-valuetext={`${zoomed.toFixed(1)}×`}
          onInput={(e) => onPose(zoom(pose, frame, MAX_ZOOM ** (Number(e.currentTarget.value) / 100) / zoomed))}
        />
        {button('plus', t('crop.zoom_in'), () => zoom(pose, frame, 1.15))}
      </div>
      <div class="crop-buttons">
        {turns}
        {!square && button('flip', t('crop.flip'), () => flip(pose, frame))}
        <div class="crop-move" role="group" aria-label={t('crop.move')}>
          {button('previous', t('crop.move_left'), () => move(pose, frame, -0.04, 0))}
          {button('up', t('crop.move_up'), () => move(pose, frame, 0, -0.04))}
          {button('down', t('crop.move_down'), () => move(pose, frame, 0, 0.04))}
          {button('next', t('crop.move_right'), () => move(pose, frame, 0.04, 0))}
        </div>
        {button('reset', t('crop.reset'), () => start(frame, aspect))}
      </div>
      {mayStraighten && (
      <label class="slider-row straighten">
        <span>{t('crop.straighten')}</span>
        <input
          type="range"
          min={-MAX_STRAIGHTEN}
          max={MAX_STRAIGHTEN}
          step={0.1}
          value={pose.angle}
          aria-valuetext={t('crop.degrees', { degrees: pose.angle })}
          onInput={(e) => onPose(straighten(pose, frame, Number(e.currentTarget.value)))}
        />
        <output>{t('crop.degrees', { degrees: pose.angle })}</output>
      </label>
      )}
        </>
      )}
    </div>
  );
}
