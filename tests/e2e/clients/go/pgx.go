// pgx.go - pgx's CopyFrom, which encodes rows in binary, and its raw CopyFrom and CopyTo: pgx FLOW
// INPUT OUTPUT, the server from the environment; prints what the server says, a line each.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

var (
	ctx    = context.Background()
	conn   *pgx.Conn
	names  = []string{"id", "name", "born", "weight", "note"}
	visits = pgx.Identifier{"visits"}
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(err error) {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		fmt.Println(e.Code)
	} else {
		fmt.Println(err)
	}
}

func input() []byte {
	text, err := os.ReadFile(os.Args[2])
	must(err)
	return text
}

func load(r io.Reader, options string) {
	tag, err := conn.PgConn().CopyFrom(ctx, r, "COPY visits FROM STDIN "+options)
	must(err)
	fmt.Println(tag)
}

func export(options string) []byte {
	var out bytes.Buffer
	tag, err := conn.PgConn().CopyTo(ctx, &out, "COPY visits TO STDOUT "+options)
	must(err)
	fmt.Println(tag)
	return out.Bytes()
}

func write(data []byte) {
	must(os.WriteFile(os.Args[3], data, 0o600))
}

func count() {
	var n int
	must(conn.QueryRow(ctx, "SELECT count(*) FROM visits").Scan(&n))
	fmt.Println(n)
}

func oneMore() {
	rows := [][]interface{}{{5001, "late", nil, nil, nil}}
	n, err := conn.CopyFrom(ctx, visits, names, pgx.CopyFromRows(rows))
	if must(err); n != 1 {
		must(errors.New("not one row"))
	}
}

// The rows come as values of SELECT and go in as such, without a trailer at their end.
func rows() {
	var all [][]interface{}
	load(bytes.NewReader(input()), "")
	found, err := conn.Query(ctx, "SELECT id, name, born, weight, note FROM visits")
	must(err)
	for found.Next() {
		values, err := found.Values()
		must(err)
		all = append(all, values)
	}
	must(found.Err())
	tag, err := conn.Exec(ctx, "DELETE FROM visits WHERE name > $1", "a")
	must(err)
	fmt.Println(tag)
	n, err := conn.CopyFrom(ctx, visits, names, pgx.CopyFromRows(all))
	must(err)
	fmt.Println("COPY", n)
	write(export(""))
}

func binary() {
	load(bytes.NewReader(input()), "")
	data := export("BINARY")
	tag, err := conn.Exec(ctx, "DELETE FROM visits")
	must(err)
	fmt.Println(tag)
	load(bytes.NewReader(data), "BINARY")
	write(export(""))
}

func inTransaction(commit bool) {
	tx, err := conn.Begin(ctx)
	must(err)
	load(bytes.NewReader(input()), "")
	count()
	if commit {
		must(tx.Commit(ctx))
	} else {
		must(tx.Rollback(ctx))
	}
}

func fail(r io.Reader, sql string) {
	_, err := conn.PgConn().CopyFrom(ctx, r, sql)
	report(err)
}

func errorInTransaction() {
	tx, err := conn.Begin(ctx)
	must(err)
	load(bytes.NewReader([]byte("6001\t\\N\t\\N\t\\N\t\\N\n")), "")
	fail(bytes.NewReader(input()), "COPY visits FROM STDIN")
	_, err = conn.Exec(ctx, "SELECT 1")
	report(err)
	must(tx.Rollback(ctx))
	oneMore()
}

// A value that the driver cannot encode, and a reader that fails: CopyFail.
func abort() {
	born := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	bad := [][]interface{}{{1, "a", born, 1.5, nil}, {2, "b", "not a date", 1.5, nil}}
	if _, err := conn.CopyFrom(ctx, visits, names, pgx.CopyFromRows(bad)); err == nil {
		fmt.Println("no error")
	}
	failing, writer := io.Pipe()
	go func() {
		_, _ = writer.Write(input())
		writer.CloseWithError(errors.New("never mind"))
	}()
	fail(failing, "COPY visits FROM STDIN")
	oneMore()
}

func cancel() {
	time.AfterFunc(300*time.Millisecond, func() { must(conn.PgConn().CancelRequest(ctx)) })
	_, err := conn.PgConn().CopyTo(ctx, io.Discard, "COPY ("+os.Getenv("ENDLESS")+") TO STDOUT")
	report(err)
	oneMore()
}

// It describes the table before it copies, and sends raw data before it is asked for it.
func missing() {
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"nowhere"}, names, pgx.CopyFromRows(nil))
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != "42P01" {
		must(fmt.Errorf("not missing: %w", err))
	}
	fail(bytes.NewReader(input()), "COPY nowhere FROM STDIN")
	oneMore()
}

// pgx declares no types: it takes those that the server describes, and sends binary.
func parameters() {
	born := time.Date(1980, 2, 29, 0, 0, 0, 0, time.UTC)
	var more, fewer int
	_, err := conn.Exec(ctx, "INSERT INTO visits VALUES ($1, $2, $3, $4, $5)", 7, "Ann", born, 2.5, nil)
	must(err)
	must(conn.QueryRow(ctx, "SELECT CASE WHEN count(*) > $1 THEN 1 ELSE 0 END, "+
		"CASE WHEN count(*) > $2 THEN 1 ELSE 0 END FROM visits WHERE born = $3 "+
		"AND weight < $4 LIMIT $5", 0, 10, born, 3.0, 1).Scan(&more, &fewer))
	fmt.Println(more, fewer)
}

func main() {
	var err error
	conn, err = pgx.Connect(ctx, "")
	must(err)
	flows := map[string]func(){
		"copy":                 func() { load(bytes.NewReader(input()), ""); write(export("")) },
		"rows":                 rows,
		"binary":               binary,
		"commit":               func() { inTransaction(true) },
		"rollback":             func() { inTransaction(false) },
		"error":                func() { fail(bytes.NewReader(input()), "COPY visits FROM STDIN"); oneMore() },
		"error in transaction": errorInTransaction,
		"abort":                abort,
		"cancel":               cancel,
		"missing":              missing,
		"again":                func() { load(bytes.NewReader(input()), ""); count(); oneMore() },
		"parameters":           parameters,
	}
	flows[os.Args[1]]()
	must(conn.Close(ctx))
}
