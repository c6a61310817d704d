package iris;

/** A message that holds no rows of numbers; its text is for the client. */
public class BadRequest extends RuntimeException {
    public BadRequest(String text) {
        super(text);
    }
}
