package dev.wasl.hub.sandbox;

/** Bosta's delivery types: the number and text of its REST answers, and the name that searches and webhooks use. */
enum Kind {
    SEND(10, "Send"),
    CASH_COLLECTION(15, "Cash Collection"),
    RTO(20, "Return to Origin"),
    CUSTOMER_RETURN_PICKUP(25, "Customer Return Pickup"),
    EXCHANGE(30, "Exchange"),
    SIGN_AND_RETURN(35, "Sign and Return");

    private final int code;
    private final String text;

    Kind(int code, String text) {
        this.code = code;
        this.text = text;
    }

    int code() {
        return code;
    }

    String text() {
        return text;
    }

    /** Whether the customer's address is the pick-up address, and the merchant's the drop-off. */
    boolean startsAtCustomer() {
        return this == CUSTOMER_RETURN_PICKUP || this == CASH_COLLECTION;
    }
}
