package iris;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Seldon's message to rows of numbers and back: data.ndarray, or data.tensor with its shape. */
record SeldonMessage(float[][] rows, boolean isTensor) {

    /** Throws BadRequest for a message that holds neither. */
    static SeldonMessage of(JsonNode message) {
        JsonNode data = message.path("data");
        if (data.path("ndarray").isArray()) {
            return new SeldonMessage(rowsOf(data.get("ndarray")), false);
        }
        if (data.path("tensor").isObject()) {
            return new SeldonMessage(rowsOf(data.get("tensor").path("shape"), data.get("tensor").path("values")), true);
        }
        throw new BadRequest("Send rows of numbers, as {\"data\": {\"ndarray\": [[5.1, 3.5, 1.4, 0.2]]}}");
    }

    /** The answer in the form of the request. */
    Map<String, Object> answer(List<String> names, float[][] probabilities, Map<String, String> requestPath) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("names", names);
        if (isTensor) {
            List<Float> values = new ArrayList<>();
            Arrays.stream(probabilities).forEach(row -> { for (float value : row) values.add(value); });
            data.put("tensor", Map.of("shape", List.of(probabilities.length, names.size()), "values", values));
        } else {
            data.put("ndarray", probabilities);
        }
        return Map.of("data", data, "meta", requestPath.isEmpty() ? Map.of() : Map.of("requestPath", requestPath));
    }

    private static float[][] rowsOf(JsonNode ndarray) {
        if (ndarray.isEmpty()) {
            throw new BadRequest("There are no rows");
        }
        float[][] rows = new float[ndarray.size()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = numbers(ndarray.get(row));
            if (rows[row].length != rows[0].length) {
                throw new BadRequest("Row " + row + " has " + rows[row].length + " numbers, and row 0 has " + rows[0].length);
            }
        }
        return rows;
    }

    private static float[][] rowsOf(JsonNode shape, JsonNode values) {
        float[] all = numbers(values);
        int count = shape.path(0).asInt();
        int width = shape.path(1).asInt();
        if (shape.size() != 2 || count < 1 || width < 1 || (long) count * width != all.length) {
            throw new BadRequest("A tensor of the shape " + shape + " cannot hold " + all.length + " numbers in rows");
        }
        float[][] rows = new float[count][];
        for (int row = 0; row < count; row++) {
            rows[row] = Arrays.copyOfRange(all, row * width, (row + 1) * width);
        }
        return rows;
    }

    private static float[] numbers(JsonNode values) {
        if (!values.isArray()) {
            throw new BadRequest(values + " is not a list of numbers");
        }
        float[] numbers = new float[values.size()];
        for (int column = 0; column < numbers.length; column++) {
            if (!values.get(column).isNumber()) {
                throw new BadRequest(values.get(column) + " is not a number");
            }
            numbers[column] = values.get(column).floatValue();
        }
        return numbers;
    }
}
