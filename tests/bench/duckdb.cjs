// DuckDB's reader of CSV: one thread, all columns as text, each value counted.
// usage: node duckdb.cjs '[["name", "file", ["column", ...]], ...]' RUNS
// Prints, as bench_codec does: name, what, GB/s of CPU time, the median of RUNS.
const { DuckDBInstance } = require("@duckdb/node-api");
const fs = require("fs");

const text = (value) => "'" + value.replaceAll("'", "''") + "'";

async function measure(connection, file, columns, parallel) {
  const types = columns.map((c) => `${text(c)}: 'VARCHAR'`).join(", ");
  const began = process.cpuUsage();
  await connection.runAndReadAll(
    `SELECT count(COLUMNS(*)) FROM read_csv(${text(file)}, auto_detect=false, header=true,
     parallel=${parallel}, delim=',', quote='"', escape='"', columns={${types}})`);
  const used = process.cpuUsage(began);
  return fs.statSync(file).size / (used.user + used.system) / 1e3;
}

// Where quotes hold line ends its parallel reader may take the inside for the outside.
async function once(connection, file, columns) {
  try {
    return await measure(connection, file, columns, true);
  } catch {
    return measure(connection, file, columns, false);
  }
}

async function main(sets, runs) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const [name, file, columns] of sets) {
    const found = [];
    for (let i = 0; i < runs; i++) found.push(await once(connection, file, columns));
    found.sort((a, b) => a - b);
    console.log(`${name} duckdb ${found[runs >> 1].toFixed(3)} GB/s`);
  }
}

main(JSON.parse(process.argv[2]), Number(process.argv[3]));
