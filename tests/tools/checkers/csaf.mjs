// CSAF: the mandatory and optional tests of @secvisogram/csaf-validator-lib and the official schema
// over documents; the schema of providers over provider-metadata.json. Arguments: the folder with
// the schemas, or "-", then the files. A JSON object on standard output: file -> what was found.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as basic from '@secvisogram/csaf-validator-lib/basic.js'
import * as optional from '@secvisogram/csaf-validator-lib/optionalTests.js'
import Ajv2020 from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const DOCUMENT = 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json'
const PROVIDER = 'https://docs.oasis-open.org/csaf/csaf/v2.0/provider_json_schema.json'

const [folder, ...files] = process.argv.slice(2)
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
for (const name of folder === '-' ? [] : readdirSync(folder)) {
  if (!/^(csaf_2\.0|csaf_2\.0_provider|cvss-.*)\.json$/.test(name)) continue
  const schema = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const id = (schema.$id ?? schema.id).split('?')[0]
  delete schema.$schema
  delete schema.id
  ajv.addSchema({ ...schema, $id: id })
}

const by_schema = (id, document) => {
  if (folder === '-') return []
  const validate = ajv.getSchema(id)
  return validate(document) ? [] : validate.errors.map((one) => ['schema', one.instancePath, one.message])
}

const found = {}
for (const file of files) {
  const document = JSON.parse(readFileSync(file, 'utf8'))
  if (basename(file) === 'provider-metadata.json') {
    found[file] = { errors: by_schema(PROVIDER, document), warnings: [] }
    continue
  }
  const errors = by_schema(DOCUMENT, document)
  const warnings = []
  for (const [name, test] of [...Object.entries(basic), ...Object.entries(optional)]) {
    const result = await test(document)
    for (const one of result.errors ?? []) errors.push([name, one.instancePath, one.message])
    for (const one of result.warnings ?? []) warnings.push([name, one.instancePath, one.message])
    if (result.isValid === false && !result.errors?.length) errors.push([name, '', 'not valid'])
  }
  found[file] = { errors, warnings }
}
console.log(JSON.stringify(found))
