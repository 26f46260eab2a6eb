// sharp as its authors recommend: one decode a file, cache off, proof and thumbnail from it.
// Usage: sharp.mjs JOBS OUT FILES…
import sharp from 'sharp';
import path from 'node:path';

const [jobs, out, ...files] = process.argv.slice(2);
sharp.cache(false);
sharp.concurrency(1);
const options = { quality: 82, chromaSubsampling: '4:2:0' };

async function one(file) {
  const stem = path.join(out, path.basename(file, path.extname(file)));
  const { data, info } = await sharp(file)
    .rotate()
    .resize(2048, 2048, { fit: 'inside', withoutEnlargement: true })
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  await sharp(data, raw).jpeg(options).toFile(`${stem}_proof.jpg`);
  await sharp(data, raw).resize(400, 400, { fit: 'inside' }).jpeg(options).toFile(`${stem}_thumbnail.jpg`);
}

let next = 0;
await Promise.all(
  Array.from({ length: Number(jobs) }, async () => {
    while (next < files.length) await one(files[next++]);
  }),
);
