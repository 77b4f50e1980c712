// Validates JSON documents by their schemas. Arguments: a schema, then the files it is for; several
// such groups are parted by "--".
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";

// Old schemas name themselves by relative addresses, and carry others that do so too.
const bare = (value, depth = 0) => {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => bare(one, depth + 1));
  const kept = Object.entries(value).filter(([key]) => depth === 0 || (key !== "$id" && key !== "$schema"));
  return Object.fromEntries(kept.map(([key, one]) => [key, bare(one, depth + 1)]));
};

const make = (path) => {
  const schema = JSON.parse(readFileSync(path));
  const Kind = schema.$schema.includes("2020-12") ? Ajv2020 : Ajv;
  const ajv = new Kind({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile(bare(schema));
};

let validate = null;
let checked = 0;
let failed = 0;
for (const word of process.argv.slice(2)) {
  if (word === "--") {
    validate = null;
  } else if (validate === null) {
    validate = make(word);
  } else {
    checked += 1;
    if (!validate(JSON.parse(readFileSync(word)))) {
      failed += 1;
      console.error(word, JSON.stringify(validate.errors.slice(0, 5), null, 1));
    }
  }
}
console.log(`${checked} documents checked, ${failed} not valid`);
process.exit(failed === 0 ? 0 : 1);
