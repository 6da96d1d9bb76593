// pq.go - lib/pq's CopyIn: pq FLOW INPUT OUTPUT, the server from the environment; prints what the
// server says, a line each.  It has no COPY TO, so rows come back by SELECT.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

var db *sql.DB

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(err error) {
	var e *pq.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code)
	} else {
		fmt.Println(err)
	}
}

// Values of a line in COPY's text format.
func parse(line string) []interface{} {
	var row []interface{}
	unescape := strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n")
	for _, field := range strings.Split(line, "\t") {
		if field == `\N` {
			row = append(row, nil)
		} else {
			row = append(row, unescape.Replace(field))
		}
	}
	return row
}

func input() [][]interface{} {
	var rows [][]interface{}
	text, err := os.ReadFile(os.Args[2])
	must(err)
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		rows = append(rows, parse(line))
	}
	return rows
}

func copyIn(tx *sql.Tx, table string, rows [][]interface{}) (int64, error) {
	stmt, err := tx.Prepare(pq.CopyIn(table, "id", "name", "born", "weight", "note"))
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		if _, err = stmt.Exec(row...); err != nil {
			return 0, err
		}
	}
	done, err := stmt.Exec()
	if err != nil {
		return 0, err
	}
	must(stmt.Close())
	n, err := done.RowsAffected()
	must(err)
	return n, nil
}

func begin() *sql.Tx {
	tx, err := db.Begin()
	must(err)
	return tx
}

func load(rows [][]interface{}) {
	tx := begin()
	n, err := copyIn(tx, "visits", rows)
	must(err)
	fmt.Println("COPY", n)
	must(tx.Commit())
}

func count(tx *sql.Tx) {
	var n int
	must(tx.QueryRow("SELECT count(*) FROM visits").Scan(&n))
	fmt.Println(n)
}

func oneMore() {
	tx := begin()
	if n, err := copyIn(tx, "visits", [][]interface{}{{5001, "late", nil, nil, nil}}); n != 1 {
		must(err)
	}
	must(tx.Commit())
}

func fail(table string, rows [][]interface{}) {
	tx := begin()
	_, err := copyIn(tx, table, rows)
	report(err)
	must(tx.Rollback())
	oneMore()
}

func export() {
	var text strings.Builder
	escape := strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`)
	rows, err := db.Query("SELECT id, name, born, weight, note FROM visits WHERE id > $1", 0)
	must(err)
	n := 0
	for ; rows.Next(); n++ {
		var id int
		var name, born, note sql.NullString
		var weight float64
		must(rows.Scan(&id, &name, &born, &weight, &note))
		date := `\N`
		if born.Valid {
			date = born.String[:10] // the driver makes a time of it
		}
		remark := `\N`
		if note.Valid {
			remark = escape.Replace(note.String)
		}
		fmt.Fprintf(&text, "%d\t%s\t%s\t%s\t%s\n", id, name.String, date,
			strconv.FormatFloat(weight, 'f', -1, 64), remark)
	}
	must(rows.Err())
	fmt.Println("COPY", n)
	must(os.WriteFile(os.Args[3], []byte(text.String()), 0o600))
}

func inTransaction(commit bool) {
	tx := begin()
	n, err := copyIn(tx, "visits", input())
	must(err)
	fmt.Println("COPY", n)
	count(tx)
	if commit {
		must(tx.Commit())
	} else {
		must(tx.Rollback())
	}
}

func errorInTransaction() {
	tx := begin()
	n, err := copyIn(tx, "visits", [][]interface{}{{6001, nil, nil, nil, nil}})
	must(err)
	fmt.Println("COPY", n)
	_, err = copyIn(tx, "visits", input())
	report(err)
	_, err = tx.Exec("SELECT 1")
	report(err)
	must(tx.Rollback())
	oneMore()
}

// Rollback with rows pending is a Query inside COPY: PostgreSQL ends the connection, and the pool
// makes a new one.
func abort() {
	tx := begin()
	stmt, err := tx.Prepare(pq.CopyIn("visits", "id"))
	must(err)
	for i := 0; i < 100; i++ {
		_, err = stmt.Exec(i)
		must(err)
	}
	if tx.Rollback() == nil {
		fmt.Println("no error")
	}
	oneMore()
}

func cancel() {
	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, stop)
	rows, err := db.QueryContext(ctx, os.Getenv("ENDLESS"))
	if err == nil {
		for rows.Next() {
		}
		rows.Close()
		err = rows.Err()
	}
	// The server's answer and the driver's own run for it.
	if errors.Is(err, context.Canceled) {
		fmt.Println("57014")
	} else {
		report(err)
	}
	oneMore()
}

func main() {
	var err error
	db, err = sql.Open("postgres", "")
	must(err)
	flows := map[string]func(){
		"copy":                 func() { load(input()); export() },
		"commit":               func() { inTransaction(true) },
		"rollback":             func() { inTransaction(false) },
		"error":                func() { fail("visits", input()) },
		"error in transaction": errorInTransaction,
		"abort":                abort,
		"cancel":               cancel,
		"missing":              func() { fail("nowhere", input()) },
		"again":                func() { load(input()); tx := begin(); count(tx); must(tx.Commit()); oneMore() },
	}
	flows[os.Args[1]]()
	must(db.Close())
}
