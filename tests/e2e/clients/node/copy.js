// copy.js - node's pg with pg-copy-streams: node copy.js FLOW INPUT OUTPUT, the server from the
// environment; prints what the server says, a line each.  NODE_PATH says where the packages are.
"use strict";
const fs = require("fs");
const { Readable, Writable } = require("stream");
const { pipeline } = require("stream/promises");
const { Client } = require("pg");
const copies = require("pg-copy-streams");

const [flow, input, output] = process.argv.slice(2);
const IN = "COPY visits FROM STDIN";
const OUT = "COPY visits TO STDOUT";
const client = new Client();

async function copyIn(sql, source) {
  const stream = client.query(copies.from(sql));
  await pipeline(source, stream);
  console.log("COPY " + stream.rowCount);
}

async function copyOut(sql, path) {
  const stream = client.query(copies.to(sql));
  await pipeline(stream, fs.createWriteStream(path));
  console.log("COPY " + stream.rowCount);
}

async function fails(work) {
  try {
    await work;
    console.log("no error");
  } catch (err) {
    console.log(err.code || err.message);
  }
}

async function count() {
  console.log((await client.query("SELECT count(*) AS n FROM visits")).rows[0].n);
}

async function oneMore() {
  const stream = client.query(copies.from(IN));
  await pipeline(Readable.from(["5001\tla", "te\t\\N\t\\N\t\\N\n"]), stream);
  if (stream.rowCount !== 1) throw new Error("not one row");
}

// A source that breaks; pg-copy-streams sends CopyFail, and the client goes on behind it.
async function abort() {
  async function* broken() {
    yield fs.readFileSync(input);
    throw new Error("never mind");
  }
  const stream = client.query(copies.from(IN));
  await fails(pipeline(Readable.from(broken()), stream));
}

// pg has no cancel of its own: a second client of it asks, as its documentation says.
async function cancel() {
  const running = client.query(process.env.ENDLESS);
  const second = new Client();
  await new Promise((done) => setTimeout(done, 300));
  second.cancel(client, client.activeQuery || running);
  await fails(running);
}

const flows = {
  async copy() {
    await copyIn(IN, fs.createReadStream(input, { highWaterMark: 1000 }));
    await copyOut(OUT, output);
  },
  async binary() {
    await copyIn(IN, fs.createReadStream(input));
    await copyOut(OUT + " BINARY", output);
    console.log("DELETE " + (await client.query("DELETE FROM visits")).rowCount);
    await copyIn(IN + " BINARY", fs.createReadStream(output, { highWaterMark: 100 }));
    await copyOut(OUT, output);
  },
  commit: () => inTransaction("COMMIT"),
  rollback: () => inTransaction("ROLLBACK"),
  async error() {
    await fails(copyIn(IN, fs.createReadStream(input)));
    await oneMore();
  },
  async "error in transaction"() {
    await client.query("BEGIN");
    await copyIn(IN, Readable.from(["6001\t\\N\t\\N\t\\N\t\\N\n"]));
    await fails(copyIn(IN, fs.createReadStream(input)));
    await fails(client.query("SELECT 1"));
    await client.query("ROLLBACK");
    await oneMore();
  },
  async abort() {
    await abort();
    await oneMore();
  },
  async cancel() {
    await cancel();
    await oneMore();
  },
  async missing() {
    await fails(copyIn("COPY nowhere FROM STDIN", fs.createReadStream(input)));
    await oneMore();
  },
  async again() {
    await copyIn(IN, fs.createReadStream(input));
    await count();
    await oneMore();
  },
  async parameters() {
    const insert = { name: "insert", text: "INSERT INTO visits (id, name) VALUES ($1, $2)" };
    for (let i = 0; i < 3; i++) await client.query({ ...insert, values: [i, "name " + i] });
    const found = await client.query("SELECT name FROM visits WHERE id = $1", [2]);
    console.log(found.rows[0].name);
  },
};

async function inTransaction(end) {
  await client.query("BEGIN");
  await copyIn(IN, fs.createReadStream(input));
  await count();
  await client.query(end);
}

client
  .connect()
  .then(flows[flow])
  .then(() => client.end())
  .catch((err) => {
    console.error(err);
    process.exit(1);
  });
