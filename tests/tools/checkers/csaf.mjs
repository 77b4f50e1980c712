// CSAF documents: the mandatory and optional tests of @secvisogram/csaf-validator-lib over each file
// that is named; a JSON object on standard output: file -> {errors: [...], warnings: [...]}.
import { readFileSync } from 'node:fs'
import * as basic from '@secvisogram/csaf-validator-lib/basic.js'
import * as optional from '@secvisogram/csaf-validator-lib/optionalTests.js'

const found = {}
for (const file of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(file, 'utf8'))
  const errors = []
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
