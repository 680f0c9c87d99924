package dev.wasl.hub.fold;

/** Gives access to tables that keep one folded row per thing. */
public interface FoldTables {

    /**
     * A table with a three-part primary or unique key of text columns.
     *
     * @param name schema and table
     * @param tenantColumn first part of the key
     * @param systemColumn second part of the key
     * @param idColumn third part of the key
     */
    FoldTable table(String name, String tenantColumn, String systemColumn, String idColumn);

    /**
     * A table of rows that belong to a folded row; its primary key starts with the three columns of that row's key.
     *
     * @param name schema and table
     */
    FoldParts parts(String name);
}
