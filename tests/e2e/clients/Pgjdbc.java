/* Pgjdbc.java - pgjdbc's CopyManager: java Pgjdbc FLOW INPUT OUTPUT, the server from the
   environment; prints what the server says, a line each. */
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

public class Pgjdbc {
    static final String IN = "COPY visits FROM STDIN";
    static final String OUT = "COPY visits TO STDOUT";

    static Connection conn;
    static CopyManager copies;
    static byte[] data;

    static long copyIn(String sql, byte[] rows) throws Exception {
        return copies.copyIn(sql, new ByteArrayInputStream(rows));
    }

    static byte[] copyOut(String sql) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.out.println("COPY " + copies.copyOut(sql, out));
        return out.toByteArray();
    }

    static void print(String sql) throws SQLException {
        try (Statement statement = conn.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            System.out.println(rows.getString(1));
        }
    }

    interface Work {
        void run() throws Exception;
    }

    /* What has to fail, by its SQLSTATE; then rows go in as ever. */
    static void fails(Work work) throws Exception {
        try {
            work.run();
            System.out.println("no error");
        } catch (SQLException e) {
            System.out.println(e.getSQLState());
        }
    }

    static void oneMore() throws Exception {
        byte[] row = "5001\tlate\t\\N\t\\N\t\\N\n".getBytes(StandardCharsets.UTF_8);
        if (copyIn(IN, row) != 1) {
            throw new IllegalStateException("not one row");
        }
    }

    static byte[] copy() throws Exception {
        System.out.println("COPY " + copyIn(IN, data));
        return copyOut(OUT);
    }

    static byte[] binary() throws Exception {
        System.out.println("COPY " + copyIn(IN, data));
        byte[] binary = copyOut(OUT + " (FORMAT binary)");
        try (Statement statement = conn.createStatement()) {
            System.out.println("DELETE " + statement.executeUpdate("DELETE FROM visits"));
        }
        System.out.println("COPY " + copyIn(IN + " (FORMAT binary)", binary));
        return copyOut(OUT);
    }

    static void inTransaction(boolean commit) throws Exception {
        conn.setAutoCommit(false);
        System.out.println("COPY " + copyIn(IN, data));
        print("SELECT count(*) FROM visits");
        if (commit) {
            conn.commit();
        } else {
            conn.rollback();
        }
    }

    static void errorInTransaction() throws Exception {
        conn.setAutoCommit(false);
        System.out.println("COPY " + copyIn(IN, "6001\t\\N\t\\N\t\\N\t\\N\n".getBytes()));
        fails(() -> copyIn(IN, data));
        fails(() -> print("SELECT 1"));
        conn.rollback();
        conn.setAutoCommit(true);
        oneMore();
    }

    /* The driver sends CopyFail and keeps the server's answer to itself. */
    static void abort() throws Exception {
        CopyIn copy = copies.copyIn(IN);
        copy.writeToCopy(data, 0, data.length);
        copy.cancelCopy();
        try {
            copies.copyIn(IN, new InputStream() {
                int sent = 0;

                @Override
                public int read() throws IOException {
                    if (sent == 5000) {
                        throw new IOException("never mind");
                    }
                    return data[sent++];
                }
            });
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
        oneMore();
    }

    static void cancel() throws Exception {
        fails(() -> {
            CopyIn copy = copies.copyIn(IN);
            copy.writeToCopy(data, 0, data.length);
            copy.flushCopy();
            conn.unwrap(PGConnection.class).cancelQuery();
            copy.endCopy();
        });
        oneMore();
    }

    /* As Metabase uploads a file: rows joined by newlines, none behind the last. */
    static void metabase() throws Exception {
        conn.setAutoCommit(false);
        for (int chunk = 0; chunk < 3; chunk++) {
            String rows = IntStream.range(chunk * 1000, chunk * 1000 + 1000)
                .mapToObj(i -> i + "\tname " + i + "\t").collect(Collectors.joining("\n"));
            System.out.println("COPY " + copies.copyIn(
                "COPY \"visits\" (\"id\", \"name\", \"note\") FROM STDIN NULL ''",
                new StringReader(rows)));
        }
        conn.commit();
    }

    static void prepared() throws Exception {
        String sql = "INSERT INTO visits VALUES (?, ?, ?, ?, ?)";
        try (var insert = conn.prepareStatement(sql)) {
            for (int i = 1; i <= 20; i++) {
                insert.setInt(1, i);
                insert.setString(2, "name " + i);
                insert.setObject(3, java.time.LocalDate.of(2000, 1, i));
                insert.setDouble(4, i / 4.0);
                insert.setNull(5, java.sql.Types.VARCHAR);
                insert.addBatch();
            }
            System.out.println(insert.executeBatch().length);
        }
        try (var select = conn.prepareStatement("SELECT born FROM visits WHERE id = ?")) {
            for (int i = 1; i <= 10; i++) { /* from the 5th on named, and in binary */
                select.setInt(1, i);
                ResultSet row = select.executeQuery();
                row.next();
                if (!row.getObject(1, java.time.LocalDate.class).equals(
                        java.time.LocalDate.of(2000, 1, i))) {
                    throw new IllegalStateException(row.getString(1));
                }
            }
        }
    }

    /* An int is declared, a Date is not and has a time zone behind it. */
    static void parameters() throws Exception {
        java.sql.Date born = java.sql.Date.valueOf("1980-02-29");
        try (var insert = conn.prepareStatement("INSERT INTO visits (id, born) VALUES (?, ?)")) {
            insert.setInt(1, 7);
            insert.setDate(2, born);
            System.out.println(insert.executeUpdate());
        }
        try (var select = conn.prepareStatement(
                "SELECT CASE WHEN count(*) > ? THEN 1 ELSE 0 END, "
                + "CASE WHEN count(*) > ? THEN 1 ELSE 0 END FROM visits WHERE born = ?")) {
            select.setInt(1, 0);
            select.setInt(2, 10);
            select.setDate(3, born);
            ResultSet row = select.executeQuery();
            row.next();
            System.out.println(row.getInt(1) + " " + row.getInt(2));
        }
        print("SELECT born FROM visits");
    }

    /* The driver tells the server the zone of its virtual machine, and counts on it. */
    static void zone() throws Exception {
        print("SHOW TimeZone");
        try (Statement statement = conn.createStatement()) {
            statement.execute("CREATE TABLE seen (at TIMESTAMP WITH TIME ZONE)");
        }
        copyIn("COPY seen FROM STDIN", "2024-06-01 12:00\n".getBytes(StandardCharsets.UTF_8));
        try (Statement statement = conn.createStatement();
             ResultSet rows = statement.executeQuery("SELECT at FROM seen")) {
            rows.next();
            System.out.println(rows.getTimestamp(1).toInstant());
        }
        print("SELECT at FROM seen");
        try (var insert = conn.prepareStatement("INSERT INTO seen VALUES (?)")) {
            insert.setTimestamp(1, java.sql.Timestamp.valueOf("2024-06-01 12:00:00"));
            insert.executeUpdate();
        }
        System.out.print(new String(copyOut("COPY seen TO STDOUT"), StandardCharsets.UTF_8));
    }

    static byte[] flow(String name) throws Exception {
        switch (name) {
            case "copy": return copy();
            case "binary": return binary();
            case "commit": inTransaction(true); break;
            case "rollback": inTransaction(false); break;
            case "error": fails(() -> copyIn(IN, data)); oneMore(); break;
            case "error in transaction": errorInTransaction(); break;
            case "abort": abort(); break;
            case "cancel": cancel(); break;
            case "missing": fails(() -> copyIn("COPY nowhere FROM STDIN", data)); oneMore(); break;
            case "again":
                System.out.println("COPY " + copyIn(IN, data));
                print("SELECT count(*) FROM visits");
                oneMore();
                break;
            case "metabase": metabase(); break;
            case "prepared": prepared(); break;
            case "parameters": parameters(); break;
            case "zone": zone(); break;
            default: throw new IllegalArgumentException(name);
        }
        return new byte[0];
    }

    public static void main(String[] args) throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT")
            + "/" + System.getenv("PGDATABASE") + "?sslmode=disable&user="
            + System.getenv("PGUSER");
        conn = DriverManager.getConnection(url);
        copies = conn.unwrap(PGConnection.class).getCopyAPI();
        data = Files.readAllBytes(Path.of(args[1]));
        Files.write(Path.of(args[2]), flow(args[0]));
        conn.close();
    }
}
