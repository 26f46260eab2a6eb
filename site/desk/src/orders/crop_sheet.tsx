// Another crop for an ordered picture, by the customers' own crop tool on the original.
import { useState } from 'preact/hooks';
import type { PhotoView } from '../../../src/api/types';
import { effectivePpi, softBelowPpi, wholeAspect } from '../../../src/geometry';
import { Dialog } from '../../../src/interface/dialog';
import { CropTool } from '../../../src/shop/crop_tool';
import { fromCrop, toCrop } from '../../../src/shop/pose';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { Line, Picture, ShownOrder } from '../types';
import { inches } from '../words';
import { adjust } from './changes';

interface CropSheetProps {
  shown: ShownOrder;
  line: Line;
  picture: Picture;
  index: number;
  src: string;
  onClose: () => void;
}

/** One transparent dot: the tool wants something to show before the picture is there. */
const DOT = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

export function CropSheet({ shown, line, picture, index, src, onClose }: CropSheetProps) {
  const { frame } = picture;
  const whole = line.nodes.length === 1;
  const aspect = (whole ? wholeAspect(line.width_in, line.height_in) : picture.crop.aspect) ?? wholeAspect(line.width_in, line.height_in);
  const [pose, setPose] = useState(() => fromCrop(picture.crop, frame, aspect));
  const action = useAction();
  const crop = toCrop(pose, frame, aspect);
  const ppi = Math.floor(effectivePpi(crop, frame, line.width_in, line.height_in));
  const soft = ppi < softBelowPpi(line.width_in, line.height_in);
  const image = { url: src, width: frame.width, height: frame.height };
  const photo = { id: picture.photo, file_name: picture.file_name, title: null, micro: DOT, thumbnail: null, proof: image, ...frame } as unknown as PhotoView;
  return (
    <Dialog title={`Crop ${picture.file_name}`} class="crop-sheet" onClose={onClose}>
      <div class="crop-sheet-tool">
        <CropTool photo={photo} print={[line.width_in, line.height_in]} aspect={aspect} mayStraighten pose={pose} onPose={setPose} />
      </div>
      <footer class="sheet-foot">
        {action.error && <Problem error={action.error} />}
        <p class={soft ? 'ppi-note soft-print' : 'ppi-note'}>
          {ppi} ppi at {inches(line)}
          {soft && ': will look soft'}
        </p>
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Leave as it was
          </button>
          <button
            type="button"
            class="button"
            aria-disabled={action.busy}
            onClick={async () => {
              if (await action.run(() => adjust(shown, { kind: 'crop', line: line.no, node: index, crop }))) onClose();
            }}
          >
            Use this crop
          </button>
        </div>
      </footer>
    </Dialog>
  );
}
