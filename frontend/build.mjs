// Bundles the styles and scripts into zhijia/core/static/core/build.
// `node build.mjs` builds once; `--watch` rebuilds on every change.
import { context } from "esbuild";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../zhijia/core/static/core/build");
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["chrome87", "safari14.1", "firefox91"],
  logLevel: "warning",
};

// The service worker must know the names of the chunks: they carry a hash.
const listChunks = {
  name: "list-chunks",
  setup(build) {
    build.onEnd(async () => {
      const chunks = (await readdir(join(target, "chunks")).catch(() => [])).filter((name) => name.endsWith(".js"));
      await writeFile(join(target, "chunks.json"), JSON.stringify(chunks.sort()));
    });
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const builds = await Promise.all([
  context({
    ...common,
    entryPoints: ["modules/app.js"],
    outdir: target,
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    plugins: [listChunks],
  }),
  context({ ...common, entryPoints: ["modules/sw.js"], outdir: target, format: "iife", define: { "process.env.NODE_ENV": '"production"' } }),
  context({ ...common, entryPoints: ["styles/app.css"], outdir: target }),
]);
if (process.argv.includes("--watch")) {
  await Promise.all(builds.map((one) => one.watch()));
} else {
  await Promise.all(builds.map((one) => one.rebuild()));
  await Promise.all(builds.map((one) => one.dispose()));
}
