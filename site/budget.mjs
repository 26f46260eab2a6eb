// Checks the size budget of the built site, as gzip sends it. Fails when it is exceeded.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = { 'first-load JS': 30_000, 'lazy JS': 70_000, CSS: 12_000 };
const assets = new URL('./dist/assets/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('./dist/.vite/manifest.json', import.meta.url), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, assets)), { level: 9 }).length;

// First load: the entry, what it imports at once, and the words of one language (the largest).
const first = new Set();
const follow = (key) => {
  const entry = manifest[key];
  if (first.has(entry.file)) return;
  first.add(entry.file);
  for (const next of entry.imports ?? []) follow(next);
};
for (const [key, entry] of Object.entries(manifest)) if (entry.isEntry) follow(key);
if (first.size === 0) throw new Error('the manifest names no entry: nothing would be counted as first load');
const wordsIn = (folder) => Object.entries(manifest).filter(([key]) => key.includes(folder) && !key.slice(key.indexOf(folder) + folder.length).includes('/')).map(([, entry]) => entry.file);
// The words of the first screens, and those fetched with the others: of one language each, the largest.
const [words, later] = [wordsIn('src/messages/'), wordsIn('src/messages/later/')];
const files = readdirSync(assets).map((file) => ({ file, bytes: size(file) }));
const of = (test) => files.filter(({ file }) => test(file, `assets/${file}`)).reduce((sum, f) => sum + f.bytes, 0);
const largest = (some) => Math.max(...some.map((file) => size(file.replace('assets/', ''))));

const spent = {
  'first-load JS': of((f, path) => f.endsWith('.js') && first.has(path)) + largest(words) + size('../ahead.js'),
  'lazy JS': of((f, path) => f.endsWith('.js') && !first.has(path) && !words.includes(path) && !later.includes(path)) + largest(later),
  CSS: of((f) => f.endsWith('.css')),
};
let over = false;
for (const [name, limit] of Object.entries(BUDGET)) {
  const bytes = spent[name];
  over ||= bytes > limit;
  console.log(`${bytes > limit ? 'OVER' : 'ok  '}  ${name.padEnd(14)} ${(bytes / 1000).toFixed(1).padStart(5)} of ${limit / 1000} kB`);
}
// What the policy of the host would block must not be in the page either.
const html = readFileSync(new URL('./dist/index.html', import.meta.url), 'utf8');
if (/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//.test(html)) {
  console.log('OVER  index.html has something inline, or from elsewhere');
  over = true;
}
process.exit(over ? 1 : 0);
