package iris;

import java.util.List;

/** What a component needs of a model. */
public interface Model {
    /** The names of the columns of an answer. */
    List<String> classNames();

    /** One row of numbers for each row; whatever it throws is told to the client. */
    float[][] predict(float[][] rows) throws Exception;
}
