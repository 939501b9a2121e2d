// Bundles the console into dist/: one page, scripts and styles under names that hold their digests, each file also
// compressed, so that the node that serves them compresses nothing. The same sources give the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = import.meta.dirname;
const out = join(here, "dist");
const MAX_FIRST_LOAD_BYTES = 1_500_000; // what a slow link to a watch room may be asked to carry

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });
const made = await build({
  absWorkingDir: here,
  entryPoints: { main: "src/main.ts", style: "style.css" },
  outdir: "dist/assets",
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  loader: { ".ftl": "text" },
  metafile: true,
  logLevel: "warning",
});
const outputs = Object.entries(made.metafile.outputs);
const nameOf = (entry) => outputs.find(([, output]) => output.entryPoint === entry)[0].replace("dist/", "");
const page = readFileSync(join(here, "index.html"), "utf8")
  .replace("{script}", `/${nameOf("src/main.ts")}`)
  .replace("{style}", `/${nameOf("style.css")}`)
  .replace("{icon}", `/${put("icon.svg")}`);
writeFileSync(join(out, "index.html"), page);
writeFileSync(join(out, "LICENSES.txt"), licences());

let total = 0;
for (const folder of ["", "assets"]) {
  for (const entry of readdirSync(join(out, folder), { withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(out, folder, entry.name);
      const data = readFileSync(path);
      total += data.length;
      writeFileSync(`${path}.br`, brotliCompressSync(data));
      writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }));
    }
  }
}
if (total > MAX_FIRST_LOAD_BYTES) {
  throw new Error(`the console has ${total} bytes: more than ${MAX_FIRST_LOAD_BYTES}`);
}

/** Copies a file under a name that holds its digest. */
function put(name) {
  const data = readFileSync(join(here, name));
  const [stem, suffix] = name.split(".");
  const path = `assets/${stem}-${createHash("sha256").update(data).digest("hex").slice(0, 8)}.${suffix}`;
  writeFileSync(join(out, path), data);
  return path;
}

/** The licences of what is bundled, as each package states its own. */
function licences() {
  const packages = new Set(
    Object.keys(made.metafile.inputs)
      .map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
      .filter((name) => name !== undefined),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(here, "node_modules", name);
      const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
      return `${about.name} ${about.version} (${about.license})\n\n${text}\n`;
    })
    .join("\n----------------------------------------\n\n");
}
